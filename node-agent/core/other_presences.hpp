// Tells people, and whoever listens on the bus, when another machine shows itself under this node's name.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "node-agent/core/host.hpp"
#include "proto/base/throttle.hpp"

namespace muster::agent {

// Lines about it.
inline constexpr base::Throttle::Rate kOtherPresenceLines{
    .burst = 3, .every = std::chrono::milliseconds(60'000)};

// Lives through all links of a node. On the loop's thread.
class OtherPresences {
 public:
  using Tell = std::function<void(const char* event, const Value& data)>;

  OtherPresences(const Identity& identity, const base::Clock& clock, Tell tell)
      : identity_(identity), tell_(std::move(tell)), lines_(clock, kOtherPresenceLines) {}

  // Another client with our key has thrown us off the bus.
  void taken_over(const std::string& own_address, const std::string& why);
  // The broker showed this instead of us.
  void heard(const OtherPresence& other, const std::string& own_address);

 private:
  const Identity& identity_;
  const Tell tell_;
  base::Throttle lines_;
  bool taken_over_ = false;  // by another client with our key, which has not been named yet
};

}  // namespace muster::agent
