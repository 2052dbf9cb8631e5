// What a node, or an orchestrator, answers to one request. docs/PROTOCOL.md, "Requests and replies".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kReplyMaxBytes = 768 * 1024;  // of one reply's data
inline constexpr std::size_t kReplyMessageMaxBytes = 64 * 1024;

enum class Outcome {
  answered,  // the status tells
  refused,
  expired,
  busy,
  filtered,  // only where the request asked for it; status 3: a data function had no answer, see the message
  unknown  // of a newer node: whatever it means, the action was not carried out as far as we know
};

struct Reply {
  static constexpr auto kKind = envelope::Kind::reply;  // of an orchestrator: Kind::control_reply

  std::string request_id;
  std::string identity;
  std::string agent;
  std::string action;
  std::uint32_t status = 0;  // 0 ok, 1-5 as MCollective's
  Outcome outcome = Outcome::answered;
  std::string message;
  Value data;
  std::int64_t sent_at_ms = 0;
  std::uint64_t left_out_bytes = 0;  // of data that did not fit

  // Always a reply: data beyond kReplyMaxBytes is left out, and the message says how much; data that cannot travel (a
  // NaN, too deep) makes it status 5. The message is made UTF-8 and cut to kReplyMessageMaxBytes.
  std::string encode() const;
  // Errc::invalid_data or limit.
  static Result<Reply> decode(std::string_view body);
};

}  // namespace muster::messages
