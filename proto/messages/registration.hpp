// Everything about a node, sent to whoever keeps a registry. docs/PROTOCOL.md, "Registration".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kRegistrationMaxBytes =
    768 * 1024;                                             // with all facts; else without any
inline constexpr std::size_t kRegisteredNamesMax = 10'000;  // of agents, of classes, of collectives

struct Registration {
  static constexpr auto kKind = envelope::Kind::registration;

  std::string identity;
  std::string version;
  std::vector<std::string> collectives;  // the main one first
  std::vector<std::string> agents;
  std::vector<std::string> classes;
  Value facts = Value::object();     // all of them
  std::int64_t sent_at_ms = 0;       // by the node's clock; an older one never replaces a newer
  std::uint32_t interval_s = 0;      // until the next one
  std::string session;               // as in presence
  std::uint64_t left_out_bytes = 0;  // of facts that did not fit or cannot travel
  std::uint32_t left_out_classes = 0;

  // Always a registration: facts that cannot travel, and all of them beyond kRegistrationMaxBytes, are left out and counted.
  std::string encode() const;
  // Errc::invalid_data; limit beyond kRegisteredNamesMax.
  static Result<Registration> decode(std::string_view body);
};

}  // namespace muster::messages
