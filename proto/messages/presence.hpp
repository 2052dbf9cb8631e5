// What a node shows of itself, retained. docs/PROTOCOL.md, "Presence".
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

struct Presence {
  static constexpr auto kKind = envelope::Kind::presence;

  std::string identity;
  std::string version;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  Value facts = Value::object();  // the few that choose masters and answer common filters
  std::int64_t started_at_ms = 0;
  std::string session;  // new with each start of the agent
  std::string address;  // the node's own address on its way to the broker
  std::vector<std::string> classes;
  std::int64_t sent_at_ms = 0;     // when this very message was made, by the node's clock
  std::vector<std::string> roots;  // that it obeys: the first bytes of each certificate's SHA-256
  // What does not stand above. Presence answers nothing that depends on it.
  std::uint32_t left_out_classes = 0;  // also names that are not as the node has them
  std::uint32_t left_out_facts =
      0;  // of the top level; those with a part above (os.family) count too
  std::uint32_t left_out_agents = 0;

  // The same bytes for the same content. Errc::limit or invalid_data when its facts cannot travel.
  Result<std::string> encode() const;
  // Errc::invalid_data or limit.
  static Result<Presence> decode(std::string_view body);
  // The same presence as made at `sent_at_ms`, from one that was encoded without that time: so that what is compared
  // with what was shown does not change with the clock.
  static std::string stamped(std::string body, std::int64_t sent_at_ms);
};

}  // namespace muster::messages
