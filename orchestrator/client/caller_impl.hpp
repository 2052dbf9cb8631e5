// The working parts of a Caller. Only for caller.cpp and caller_impl.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/intake.hpp"
#include "orchestrator/client/link_core.hpp"
#include "orchestrator/client/pending.hpp"
#include "proto/base/guarded.hpp"

namespace muster::client {

inline constexpr std::size_t kSweptFrom = 64;

struct Caller::Impl {
  explicit Impl(LinkCore& link);
  ~Impl();
  Status start();
  Result<std::shared_ptr<PendingCall>> begin(const Call& call, ResultHandler on_result);
  Result<std::string> send(const Call& call);
  Result<std::shared_ptr<PendingCall>> begin_join(const Call& call, const JoinAddress& join);

  LinkCore& link;

 private:
  // Whose key the replies on a join topic must be signed with, while a call to it is under way.
  struct JoinCall {
    std::weak_ptr<PendingCall> pending;
    std::string public_key;
    std::string identity;
  };
  struct Calls {
    std::map<std::string, std::weak_ptr<PendingCall>> by_id;
    std::multimap<std::string, JoinCall, std::less<>> joining;  // by client id
    std::size_t sweep_at = kSweptFrom;  // calls, when those that have ended are looked for
  };

  using TimePoint = PendingCall::TimePoint;

  // Several at once. `at`: when it was received.
  Intake::TakeIn verify(const transport::Message& message, TimePoint at);
  Intake::TakeIn verify_reply(const transport::Message& message, TimePoint at);
  Intake::TakeIn verify_join_reply(const transport::Message& message, TimePoint at);
  std::shared_ptr<PendingCall> find(const std::string& request_id);
  std::vector<std::shared_ptr<PendingCall>> under_way();
  std::vector<JoinCall> joining_at(std::string_view client_id);
  static void sweep(Calls& calls);
  std::shared_ptr<PendingCall> remember(const Call& call, const std::string& id,
                                        ResultHandler on_result);
  Result<transport::Subscription> subscribe(const std::string& topics);
  Status subscribe_join_once();
  Status publish(const std::string& payload, const std::vector<std::string>& topics,
                 const Call& call, std::chrono::steady_clock::time_point until);

  const std::string replies_;
  const std::shared_ptr<Intake> intake_;
  base::Guarded<Calls> calls_;
  transport::Subscription heard_;
  base::Guarded<transport::Subscription> join_heard_;
};

}  // namespace muster::client
