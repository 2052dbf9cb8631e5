// Something that happened to a node or an orchestrator; the types are those of proto/transport/event_types.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

struct Event {
  static constexpr auto kKind = envelope::Kind::event;

  std::string id;
  std::string type;      // joined, left, provisioned, failed, job …
  std::string identity;  // whom it is about
  std::int64_t at_ms = 0;
  Value data = Value::object();  // a map, also when another kind of value was sent

  // Errc::limit or invalid_data when its data cannot travel.
  Result<std::string> encode() const;
  // Errc::invalid_data or limit.
  static Result<Event> decode(std::string_view body);
};

}  // namespace muster::messages
