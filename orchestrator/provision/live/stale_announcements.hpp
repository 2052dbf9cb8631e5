// Announcements that nobody renews any more, taken off the broker. With MQTT 5 they expire by themselves;
// with 3.1.1 a machine that died together with its last will, or a client that floods the join zone, leaves
// them there for ever, and every orchestrator that starts judges them all.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/transport/bus.hpp"

namespace muster::provision {

// A machine announces itself every 300 s, and what it said expires after as long with MQTT 5.
inline constexpr std::chrono::seconds kAnnouncementLife{900};
inline constexpr std::size_t kAnnouncementsTracked =
    200'000;                                        // beyond, they are seen after a restart
inline constexpr std::size_t kClearedAtOnce = 500;  // in one call of clear()

// Thread-safe.
class StaleAnnouncements {
 public:
  StaleAnnouncements(transport::Bus& bus, const base::Clock& clock) : bus_(bus), clock_(clock) {}

  // Of the announcement topic of `client_id`. What the broker had retained makes a known one no younger:
  // it comes again with each of our connections.
  void hear(const std::string& client_id, const transport::Message& message);

  // Clears those that are older than kAnnouncementLife, kClearedAtOnce at most; gives their number. An
  // orchestrator hears of each as of a machine that went away. To be called every few seconds.
  std::size_t clear();

 private:
  transport::Bus& bus_;
  const base::Clock& clock_;
  base::Guarded<std::map<std::string, std::chrono::steady_clock::time_point>>
      heard_;  // by client id
};

}  // namespace muster::provision
