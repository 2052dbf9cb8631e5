// Nobody listens to that node any more, or again; retained. docs/PROTOCOL.md, "Bans".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kBanReasonMaxBytes = 1024;
inline constexpr std::size_t kBanByMaxBytes =
    320;  // an operator's name and what kind of caller it is

struct NodeBan {
  static constexpr auto kKind = envelope::Kind::node_ban;

  std::string identity;
  bool banned = false;
  std::uint64_t number = 0;  // of this name, never goes back; the highest is believed
  std::string reason;
  std::string by;          // the operator who wanted it
  std::int64_t at_ms = 0;  // since when

  std::string encode() const;
  // Errc::invalid_data, also for a reason or a name with control characters, each of which takes six bytes in a file of JSON; limit
  // for a reason beyond kBanReasonMaxBytes or a name beyond kBanByMaxBytes.
  static Result<NodeBan> decode(std::string_view body);
};

}  // namespace muster::messages
