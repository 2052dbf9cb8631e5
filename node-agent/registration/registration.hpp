// What a node sends to whoever keeps a registry: everything that filters read. docs/PROTOCOL.md,
// "Registration".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "node-agent/presence/presence.hpp"
#include "proto/base/clock.hpp"

namespace muster::agent {

inline constexpr std::size_t kRegisteredClassesMax = 2'000;

struct Registration {
  PresenceContent content;  // with all the facts, not the chosen ones
  std::int64_t now_ms = 0;
  std::chrono::seconds interval{0};
};

// An encoded messages::Registration, to be sealed.
std::string registration_body(const Registration& registration);

// When to register: first within the splay, so that a broker's restart is no stampede, then at each
// interval. Not thread-safe.
class RegistrationTimes {
 public:
  // `interval` 0: never. `random` from 0 up to, but not including, 1.
  RegistrationTimes(const base::Clock& clock, std::chrono::seconds interval,
                    std::chrono::seconds splay, double random);
  // How long from now; nothing when never. Not negative.
  std::optional<std::chrono::milliseconds> wait() const;
  // True once each time it is due.
  bool due();
  // It is due now, unless never.
  void make_due();

 private:
  const base::Clock& clock_;
  const std::chrono::seconds interval_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace muster::agent
