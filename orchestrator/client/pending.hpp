// One call under way: who is expected, who has answered, when it ends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/reply.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"

namespace muster::client {

class PendingCall final : public Caller::Pending {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Published now, as `clock` shows it, which must outlive it: what took how long is told by that.
  PendingCall(std::string request_id, const Call& call, Caller::ResultHandler on_result,
              const base::Clock& clock);

  void expect(const std::vector<std::string>& identities) override;
  void all_expected() override;
  CallResult wait() override;
  void on_complete(std::function<void()> then) override;
  CallResult end() override;

  // Caller's thread. A reply to this request, received at `at`; a second one of a node is dropped.
  void take(Answer answer, TimePoint at);
  // These will not answer: the bus did not take their request.
  void not_sent(const std::vector<std::string>& identities, const std::string& why);
  // A reply on this session's topic that did not verify: it may have been one of ours.
  void take_unverified(const std::string& why);

  const std::string& id() const { return id_; }

 private:
  struct State {
    std::function<void()> on_complete;
    std::set<std::string> expected;
    std::size_t awaited = 0;  // of `expected`, not answered yet
    bool all_expected = false;
    std::map<std::string, NodeResult> answered;
    std::size_t duplicates = 0;
    std::size_t unverified = 0;
    std::string last_unverified;
    std::string send_error;

    bool complete() const { return all_expected && awaited == 0; }
  };
  CallResult result_of(const State& state) const;
  void tell_if_complete();

  const std::string id_;
  const std::string agent_;
  const std::string action_;
  const std::set<std::string> asked_;  // the targets; empty: everybody
  const Caller::ResultHandler on_result_;
  const base::Clock& clock_;
  const TimePoint published_;
  const TimePoint deadline_;  // of wait(), by the machine's clock: a thread waits in real time
  // Whether it has ended. The lock is held while on_result_ runs, so that wait() ends after the last of them; it is taken
  // before that of state_.
  base::Guarded<bool> ended_{false};
  base::Guarded<State> state_;
  std::condition_variable changed_;
};

}  // namespace muster::client
