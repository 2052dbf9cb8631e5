// What follows a link that was not made: through which door next, and after which pause.
#pragma once

#include <chrono>

#include "node-agent/core/host.hpp"
#include "proto/base/backoff.hpp"

namespace muster::agent {

struct Attempt {
  Door door = Door::member;
  std::chrono::milliseconds pause{0};
};

// On the loop's thread.
class Attempts {
 public:
  // `host` outlives it.
  Attempts(Host& host, bool has_token) : host_(host), has_token_(has_token) {}

  // An orchestrator, or a new certificate, says that the next attempt as a member should work.
  void trust_soon();
  // The node is on the bus, through this door.
  void made(Door door);
  // The link was not made, or was of no use.
  Attempt refused(Door door, const Error& why);

 private:
  std::chrono::milliseconds next_pause() { return backoff_.next(host_.random().share()); }
  Attempt member_refused(const Error& why);

  Host& host_;
  const bool has_token_;
  base::Backoff backoff_{std::chrono::milliseconds(250), std::chrono::seconds(30)};
  int refusals_ = 0;  // of our certificate by the broker, in a row
  bool trusted_soon_ = false;
};

}  // namespace muster::agent
