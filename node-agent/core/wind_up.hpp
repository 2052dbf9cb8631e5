// Before a link is left for good: what runs may end, so that every caller hears what became of its request.
#pragma once

#include <chrono>
#include <functional>

#include "node-agent/core/desk.hpp"
#include "node-agent/core/host.hpp"
#include "proto/loop/timer.hpp"

namespace muster::agent {

// Before a link ends, for the replies of what runs.
inline constexpr std::chrono::milliseconds kReplyPatience{5'000};
// A reload need not hurry: what runs may end first, while new requests hear "busy".
inline constexpr std::chrono::seconds kReloadPatience{300};

// On the loop's thread. One thing is waited for at a time.
class WindUp {
 public:
  WindUp(Host& host, Desk& desk) : host_(host), desk_(desk), patience_(host.timers()) {}

  // Calls `then` once nothing runs and nothing waits to be judged, at the latest after `patience`.
  void wait(std::chrono::milliseconds patience, std::function<void()> then);
  // Nothing new is begun from now on; `then` follows once what runs has ended, or was given up. The second time, for a stop
  // that does not wait for a reload, with its shorter patience.
  void begin(End end, std::function<void()> then);
  // A request is over, or one that waited has been judged.
  void look();
  bool idle() const { return desk_.idle() && host_.requests_waiting() == 0; }

 private:
  void done();

  Host& host_;
  Desk& desk_;
  std::function<void()> then_;
  loop::Timer patience_;
};

}  // namespace muster::agent
