// What travels over a bus, whichever client brings it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace muster::transport {

enum class Qos { at_most_once = 0, at_least_once = 1 };

struct Message {
  std::string topic;
  std::string payload;
  bool retained = false;  // delivered because it was kept, not because it was just sent
};

struct PublishOptions {
  Qos qos = Qos::at_least_once;
  bool retain = false;  // an empty retained payload removes what was kept
  std::uint32_t expiry_s =
      0;  // MQTT 5 message expiry; 0: none. The envelope's ttl decides in any case
  // Of at_least_once: while the link is away the message waits for the next one, instead of
  // Errc::unavailable. For what nobody would send again, as a reply.
  bool keep = false;
  // Of at_least_once, with MQTT 5: called once, on the bus's own thread, when the broker says that nobody is subscribed to
  // the topic. A broker need not say it.
  std::function<void()> on_nobody = {};
};

enum class LinkState { connected, lost, taken_over };

}  // namespace muster::transport
