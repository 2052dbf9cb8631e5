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
                         const base::Clock& clock)
    : id_(std::move(request_id)),
      agent_(call.agent),
      action_(call.action),
      asked_(call.targets.begin(), call.targets.end()),
      on_result_(std::move(on_result)),
      clock_(clock),
      published_(clock.steady()),
      deadline_(std::chrono::steady_clock::now() + call.timeout) {}

void PendingCall::expect(const std::vector<std::string>& identities) {
  const base::Locked state(state_);
  for (const auto& identity : identities)
    if (state->expected.insert(identity).second && !state->answered.contains(identity))
      ++state->awaited;
  changed_.notify_all();
}

void PendingCall::all_expected() {
  base::Locked(state_)->all_expected = true;
  tell_if_complete();
}

void PendingCall::on_complete(std::function<void()> then) {
  base::Locked(state_)->on_complete = std::move(then);
  tell_if_complete();
}

// With no lock held: who is told may end the call.
void PendingCall::tell_if_complete() {
  std::function<void()> then;
  {
    const base::Locked state(state_);
    if (!state->complete()) return;
    then = std::exchange(state->on_complete, {});
  }
  changed_.notify_all();
  if (then) then();
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
    const base::Locked state(state_);
    if (state->answered.contains(identity)) {
      ++state->duplicates;
      return;
    }
    // All were asked: of those who are not meant, only who was counted on is worth a word.
    if (answer.result.outcome == Outcome::filtered && asked_.empty() &&
        !state->expected.contains(identity))
      return;
  }
  // Only this thread adds answers. The handler comes first: wait() returns when all have been
  // through it.
  {
    const base::Locked ended(ended_);
    if (*ended) return;
    if (on_result_) on_result_(answer.result);
    const base::Locked state(state_);
    if (state->expected.contains(identity)) --state->awaited;
    state->answered.emplace(identity, std::move(answer.result));
  }
  tell_if_complete();
}

void PendingCall::not_sent(const std::vector<std::string>& identities, const std::string& why) {
  {
    const base::Locked state(state_);
    state->send_error = why;
    for (const auto& identity : identities) {
      NodeResult unsent;
      unsent.identity = identity;
      unsent.message = why;
      if (state->answered.emplace(identity, std::move(unsent)).second &&
          state->expected.contains(identity))
        --state->awaited;
    }
  }
  tell_if_complete();
}

void PendingCall::take_unverified(const std::string& why) {
  const base::Locked state(state_);
  ++state->unverified;
  state->last_unverified = why;
}

CallResult PendingCall::wait() {
  {
    base::Locked state(state_);
    state.wait_until(changed_, deadline_, [&] { return state->complete(); });
  }
  return end();
}

CallResult PendingCall::end() {
  const base::Locked ended(ended_);
  *ended = true;
  return result_of(*base::Locked(state_));
}

CallResult PendingCall::result_of(const State& state) const {
  CallResult result;
  result.request_id = id_;
  result.took = between(published_, clock_.steady());
  result.duplicates = state.duplicates;
  result.unverified = state.unverified;
  result.last_unverified = state.last_unverified;
  auto all = state.answered;
  for (const auto& identity : state.expected) {
    NodeResult silent;
    silent.identity = identity;
    all.emplace(identity, std::move(silent));
  }
  result.send_error = state.send_error;
  for (const auto& [identity, node] : state.answered)
    if (state.all_expected && !state.expected.contains(identity))
      result.unexpected.push_back(identity);
  result.results.reserve(all.size());
  for (auto& [identity, node] : all) result.results.push_back(std::move(node));
  return result;
}

}  // namespace muster::client
