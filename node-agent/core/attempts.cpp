#include "node-agent/core/attempts.hpp"

#include "proto/base/log.hpp"

namespace muster::agent {
namespace {

// The broker learns of a new Puppet CA moments after the orchestrator endorsed it.
constexpr int kRefusalsWhenTrustedSoon = 60;  // a master's must also bring its revocation list
constexpr std::chrono::milliseconds kTrustedSoonPause{100};

}  // namespace

void Attempts::trust_soon() {
  trusted_soon_ = true;
  refusals_ = 0;
}

void Attempts::made(Door door) {
  backoff_.reset();
  if (door == Door::join) return;
  refusals_ = 0;
  trusted_soon_ = false;
}

Attempt Attempts::refused(Door door, const Error& why) {
  if (door == Door::member) return member_refused(why);
  log::warning("cannot enter the join zone", {{"why", why.message}});
  return {Door::join, next_pause()};
}

Attempt Attempts::member_refused(const Error& why) {
  const bool refused = why.code == Errc::refused;
  if (refused) ++refusals_;
  if (refused && trusted_soon_ && refusals_ < kRefusalsWhenTrustedSoon) {
    log::info("the broker does not take our new certificate yet; tried again",
              {{"why", why.message}});
    return {Door::member, kTrustedSoonPause};
  }
  // A new master's CA is nobody's yet: that is what it joins for.
  if (refused && refusals_ == 1 && has_token_ && !host_.has_joined())
    log::info("the broker does not know our certificate yet; joining", {{"why", why.message}});
  else
    log::warning("cannot enter the collective", {{"why", why.message}});
  if (refused && has_token_) {
    trusted_soon_ = false;
    return {Door::join, std::chrono::milliseconds(0)};
  }
  // Whether to come as a member or to join is what is asked at the start; after a pause, or the
  // join zone and we could send each other back and forth.
  return {has_token_ && !host_.has_certificate() ? Door::join : Door::member, next_pause()};
}

}  // namespace muster::agent
