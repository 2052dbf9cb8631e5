// Requests that wait for approval, and what their approvers signed. A letter box: who carries a
// request out checks every signature itself, so this orchestrator can withhold approvals but make none.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "proto/approval/signature.hpp"
#include "proto/approval/statement.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/base/value.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/security/trust.hpp"

namespace muster::control {

inline constexpr std::size_t kPendingMax = 512;                         // kept at once
inline constexpr std::size_t kPendingOfOneCaller = 32;                  // of them
inline constexpr std::size_t kPendingMaxBytes = std::size_t{8} << 20U;  // of all, on disk
inline constexpr std::size_t kApprovalReasonMaxBytes = 512;

// Of one caller's requests that people are told of: the others wait as well, unannounced.
inline constexpr base::Throttle::Rate kWaitingTold{
    .burst = 8, .every = std::chrono::minutes(15), .names_max = 1'024};

// Decisions of one approver that people are told of; who asked sees all of them.
inline constexpr base::Throttle::Rate kDecisionsTold{
    .burst = 64, .every = std::chrono::seconds(30), .names_max = 1'024};

// What everybody may know of a request that waits, or was decided. Who asks for what, its group alone is
// shown.
struct Waiting {
  std::string id;
  std::string group;
  std::int64_t number = 1;    // of them
  std::int64_t until_ms = 0;  // Unix time
};

// Who hears of each request, once: when it begins to wait, within kWaitingTold; and when it has as many
// approvals as were asked for, or one of the group denies it, within kDecisionsTold. Empty: nobody does.
struct ApprovalNews {
  std::function<void(const Waiting&)> waits = {};
  std::function<void(const Waiting&, bool given)> decided = {};
};

// Not thread-safe: the desk's thread. What ends is forgotten.
class ApprovalBox {
 public:
  // `file`: what waits, over a restart; 0600. One that cannot be read is begun anew, which is logged.
  // Groups are those of `policies`; approvers' certificates are judged by `commanding`.
  ApprovalBox(std::filesystem::path file, const base::Clock& clock,
              const security::Trust& commanding, const policy::PolicyStore& policies,
              ApprovalNews tell = {});

  struct Asked {
    std::string statement;    // its text
    std::string group;        // whose approval is wanted; they alone, and its caller, see it
    std::int64_t number = 1;  // of them
    std::string reason;
  };
  // Errc::invalid_data, limit or refused. Asking for the same once more changes nothing.
  Status ask(const policy::Caller& caller, const Asked& asked);
  // {"waiting": […], "own": […]}: what `caller` may approve and has not, and what it asked for itself.
  Value list(const policy::Caller& caller);
  // All of one: {"statement", "group", "number", "reason", "approved_by", "denied_by", "denied_why"},
  // and for who asked {"approvals": [base64url]}. Errc::not_found also for who may not see it.
  Result<Value> show(const policy::Caller& caller, const std::string& id);
  // `sealed` is approval::sign()'s. Errc::refused when it does not count, or is another's.
  Result<Value> sign(const policy::Caller& caller, const std::string& id, std::string sealed);
  // By one of the group: nobody gets its approvals here any more. By who asked: it is taken back.
  Status deny(const policy::Caller& caller, const std::string& id, const std::string& reason);

 private:
  struct Pending {
    approval::Statement statement;
    std::string text;
    std::string group;
    std::int64_t number = 1;
    std::string reason;
    std::map<std::string, std::string> signatures;  // by approver
    std::string denied_by;
    std::string denied_why;
  };
  using All = std::map<std::string, Pending>;  // by id

  static Result<All> read(const std::filesystem::path& file);
  static Value json_of(const Pending& pending);
  static Result<Pending> from_json(const Value& json);
  static Value summary(const Pending& pending);
  // Puts `next` in place of everything, on disk first.
  Status keep(All next);
  void forget_ended();
  void tell_waits(const std::string& id);
  void tell_decided(const std::string& id, const std::string& approver, bool given);
  bool may_approve(const policy::Caller& caller, const Pending& pending) const;
  Status check_room(const std::string& caller) const;
  Result<All::iterator> find(const policy::Caller& caller, const std::string& id);

  const std::filesystem::path file_;
  const base::Clock& clock_;
  const security::Trust& commanding_;
  const policy::PolicyStore& policies_;
  const ApprovalNews tell_;
  base::Throttle told_;
  base::Throttle decisions_told_;
  All all_;
};

}  // namespace muster::control
