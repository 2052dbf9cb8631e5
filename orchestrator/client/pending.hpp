// One call under way: who is expected, who has answered, when it ends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/reply.hpp"

namespace muster::client {

class PendingCall final : public Caller::Pending {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  PendingCall(std::string request_id, const Call& call, Caller::ResultHandler on_result,
              TimePoint published);

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
  bool complete() const;  // with mutex_ held
  void tell_if_complete();

  const std::string id_;
  const std::string agent_;
  const std::string action_;
  const std::set<std::string> asked_;  // the targets; empty: everybody
  const Caller::ResultHandler on_result_;
  const TimePoint published_;
  const TimePoint deadline_;
  std::mutex handling_;  // held while on_result_ runs: wait() ends after the last of them
  bool ended_ = false;   // with handling_ held
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> on_complete_;
  std::set<std::string> expected_;
  std::size_t awaited_ = 0;  // of expected_, not answered yet
  bool all_expected_ = false;
  std::map<std::string, NodeResult> answered_;
  std::size_t duplicates_ = 0;
  std::size_t unverified_ = 0;
  std::string last_unverified_;
  std::string send_error_;
};

}  // namespace muster::client
