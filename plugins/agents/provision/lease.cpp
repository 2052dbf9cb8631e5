#include "plugins/agents/provision/lease.hpp"

#include <fmt/format.h>

#include <limits>

#include "proto/base/clock.hpp"

namespace muster::plugins::provision {
namespace {

Status check_length(std::int64_t lease_s) {
  if (lease_s >= kLeaseLeastSeconds && lease_s <= kLeaseMostSeconds) return {};
  return fail(Errc::invalid_data, fmt::format("lease_s is {}; it must be between {} and {} seconds",
                                              lease_s, kLeaseLeastSeconds, kLeaseMostSeconds));
}

std::string holder(const Progress& progress) {
  return fmt::format("{} holds the lease with fence {} until {}", progress.owner, progress.fence,
                     base::iso8601(progress.lease_expires_at_ms));
}

void drop_lease(Progress& progress) {
  progress.owner.clear();
  progress.lease_expires_at_ms = 0;
}

}  // namespace

bool lapsed(const Progress& progress, std::int64_t now_ms) {
  return progress.state == State::claimed &&
         (progress.lease_expires_at_ms <= now_ms ||
          progress.lease_expires_at_ms > now_ms + kLeaseMostSeconds * base::kMsPerSecond);
}

std::int64_t replaces_until_ms(const Progress& progress, std::int64_t now_ms) {
  const auto until_ms = progress.replaced_until_ms;
  const bool is_over =
      until_ms <= now_ms || until_ms > now_ms + kLeaseMostSeconds * base::kMsPerSecond;
  return is_over ? 0 : until_ms;
}

Status claim(Progress& progress, const std::string& owner, const std::string& workflow,
             std::int64_t lease_s, std::int64_t now_ms, std::int64_t instead_of) {
  MUSTER_TRY(check_length(lease_s));
  if (progress.state == State::finished)
    return fail(Errc::aborted,
                fmt::format("provisioning was finished at {}; 'muster provision again' begins anew",
                            base::iso8601(progress.finished_at_ms)));
  const bool same = progress.state == State::claimed && progress.owner == owner;
  const bool left = instead_of > 0 && instead_of == progress.fence;
  if (progress.state == State::claimed && !same && !left && !lapsed(progress, now_ms))
    return fail(Errc::aborted, holder(progress));
  if (progress.fence == std::numeric_limits<std::int64_t>::max())
    return fail(Errc::limit, "no fencing number is left; the progress file must have been edited");
  if (progress.state == State::claimed && !lapsed(progress, now_ms))
    progress.replaced_until_ms = progress.lease_expires_at_ms;
  if (!same) ++progress.attempts;
  progress.state = State::claimed;
  progress.owner = owner;
  // What was finished in another one stays: whoever claims decides by it, and then says what counts.
  if (progress.told.finished.empty()) progress.told.workflow = workflow;
  progress.lease_expires_at_ms = now_ms + lease_s * base::kMsPerSecond;
  progress.error.clear();
  ++progress.fence;
  return {};
}

Status check_fence(const Progress& progress, const std::string& caller, std::int64_t fence,
                   std::int64_t now_ms) {
  if (progress.state == State::claimed && progress.owner == caller && progress.fence == fence)
    return {};
  const auto owner =
      progress.state != State::claimed
          ? fmt::format("nobody holds a lease, the node is {}", name_of(progress.state))
          : holder(progress) + (lapsed(progress, now_ms) ? ", which has lapsed" : "");
  return fail(Errc::aborted, fmt::format("fence {} of {} is stale: {}; claim the node again", fence,
                                         caller, owner));
}

Status renew(Progress& progress, std::int64_t lease_s, std::int64_t now_ms) {
  MUSTER_TRY(check_length(lease_s));
  progress.lease_expires_at_ms = now_ms + lease_s * base::kMsPerSecond;
  return {};
}

void release(Progress& progress, State left_as, std::string error) {
  progress.state = left_as;
  progress.error = std::move(error);
  drop_lease(progress);
}

void finish(Progress& progress, std::int64_t now_ms) {
  progress.state = State::finished;
  progress.finished_at_ms = now_ms;
  progress.error.clear();
  drop_lease(progress);
}

void begin_again(Progress& progress) {
  Progress fresh;
  fresh.fence = progress.fence;
  fresh.replaced_until_ms = progress.replaced_until_ms;
  fresh.round = progress.round + 1;
  progress = std::move(fresh);
}

}  // namespace muster::plugins::provision
