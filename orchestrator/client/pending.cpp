#include "orchestrator/client/pending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proto/base/names.hpp"

namespace muster::client {
namespace {

std::chrono::microseconds between(PendingCall::TimePoint from, PendingCall::TimePoint to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from);
}

}  // namespace

PendingCall::PendingCall(std::string request_id, const Call& call, Caller::ResultHandler on_result,
                         TimePoint published)
    : id_(std::move(request_id)),
      agent_(call.agent),
      action_(call.action),
      asked_(call.targets.begin(), call.targets.end()),
      on_result_(std::move(on_result)),
      published_(published),
      deadline_(published + call.timeout) {}

void PendingCall::expect(const std::vector<std::string>& identities) {
  const std::lock_guard lock(mutex_);
  for (const auto& identity : identities)
    if (expected_.insert(identity).second && !answered_.contains(identity)) ++awaited_;
  changed_.notify_all();
}

void PendingCall::all_expected() {
  {
    const std::lock_guard lock(mutex_);
    all_expected_ = true;
  }
  tell_if_complete();
}

void PendingCall::on_complete(std::function<void()> then) {
  {
    const std::lock_guard lock(mutex_);
    on_complete_ = std::move(then);
  }
  tell_if_complete();
}

// With no lock held: who is told may end the call.
void PendingCall::tell_if_complete() {
  std::function<void()> then;
  {
    const std::lock_guard lock(mutex_);
    if (!complete()) return;
    then = std::exchange(on_complete_, {});
  }
  changed_.notify_all();
  if (then) then();
}

bool PendingCall::complete() const {
  return all_expected_ && awaited_ == 0;
}

void PendingCall::take(Answer answer, TimePoint at) {
  if (answer.agent != agent_ || answer.action != action_)
    return take_unverified(fmt::format("{} answered {}#{}", base::quoted(answer.result.identity),
                                       base::quoted(answer.agent), base::quoted(answer.action)));
  if (!asked_.empty() && !asked_.contains(answer.result.identity))
    return take_unverified(
        fmt::format("{} was not asked, and answered", base::quoted(answer.result.identity)));
  answer.result.took = between(published_, at);
  const std::string identity = answer.result.identity;
  {
    const std::lock_guard lock(mutex_);
    if (answered_.contains(identity)) {
      ++duplicates_;
      return;
    }
    // All were asked: of those who are not meant, only who was counted on is worth a word.
    if (answer.result.outcome == Outcome::filtered && asked_.empty() &&
        !expected_.contains(identity))
      return;
  }
  // Only this thread adds answers. The handler comes first: wait() returns when all have been
  // through it.
  {
    const std::lock_guard handling(handling_);
    if (ended_) return;
    if (on_result_) on_result_(answer.result);
    const std::lock_guard lock(mutex_);
    if (expected_.contains(identity)) --awaited_;
    answered_.emplace(identity, std::move(answer.result));
  }
  tell_if_complete();
}

void PendingCall::not_sent(const std::vector<std::string>& identities, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    send_error_ = why;
    for (const auto& identity : identities) {
      NodeResult unsent;
      unsent.identity = identity;
      unsent.message = why;
      if (answered_.emplace(identity, std::move(unsent)).second && expected_.contains(identity))
        --awaited_;
    }
  }
  tell_if_complete();
}

void PendingCall::take_unverified(const std::string& why) {
  const std::lock_guard lock(mutex_);
  ++unverified_;
  last_unverified_ = why;
}

CallResult PendingCall::wait() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline_, [this] { return complete(); });
  }
  return end();
}

CallResult PendingCall::end() {
  const std::lock_guard handling(handling_);
  ended_ = true;
  const std::lock_guard lock(mutex_);
  CallResult result;
  result.request_id = id_;
  result.took = between(published_, std::chrono::steady_clock::now());
  result.duplicates = duplicates_;
  result.unverified = unverified_;
  result.last_unverified = last_unverified_;
  auto all = answered_;
  for (const auto& identity : expected_) {
    NodeResult silent;
    silent.identity = identity;
    all.emplace(identity, std::move(silent));
  }
  result.send_error = send_error_;
  for (const auto& [identity, node] : answered_)
    if (all_expected_ && !expected_.contains(identity)) result.unexpected.push_back(identity);
  result.results.reserve(all.size());
  for (auto& [identity, node] : all) result.results.push_back(std::move(node));
  return result;
}

}  // namespace muster::client
