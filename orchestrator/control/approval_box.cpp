#include "orchestrator/control/approval_box.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::control {
namespace {

std::string name_of(const policy::Caller& caller) {
  return std::string(caller.id.substr(caller.id.find('=') + 1));
}

bool is_given(std::size_t approvals, std::int64_t number) {
  return approvals >= static_cast<std::size_t>(number);
}

}  // namespace

ApprovalBox::ApprovalBox(std::filesystem::path file, const base::Clock& clock,
                         const security::Trust& commanding, const policy::PolicyStore& policies,
                         ApprovalNews tell)
    : file_(std::move(file)),
      clock_(clock),
      commanding_(commanding),
      policies_(policies),
      tell_(std::move(tell)),
      told_(clock, kWaitingTold),
      decisions_told_(clock, kDecisionsTold) {
  auto kept = read(file_);
  if (kept)
    all_ = *std::move(kept);
  else if (kept.error().code != Errc::not_found)
    (void)base::put_aside(file_,
                          {"list of requests that wait for approval",
                           "those in it are lost: ask again", kept.error().message},
                          clock.unix_ms());
}

bool ApprovalBox::may_approve(const policy::Caller& caller, const Pending& pending) const {
  const auto in_group = policies_.in_group(pending.group, caller);
  return caller.role == security::Role::operator_ && in_group && *in_group &&
         name_of(caller) != pending.statement.caller;
}

Result<ApprovalBox::All::iterator> ApprovalBox::find(const policy::Caller& caller,
                                                     const std::string& id) {
  forget_ended();
  const auto found = all_.find(id);
  if (found != all_.end() &&
      (found->second.statement.caller == name_of(caller) || may_approve(caller, found->second)))
    return found;
  return fail(Errc::not_found,
              fmt::format("nothing with the id {} waits for your approval, or was asked for by you",
                          base::quoted(id)));
}

Status ApprovalBox::check_room(const std::string& caller) const {
  const auto own =
      static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [&](const auto& one) {
        return one.second.statement.caller == caller;
      }));
  if (own >= kPendingOfOneCaller)
    return fail(
        Errc::limit,
        fmt::format("{} requests of {} wait for approval, which is the limit; take one back "
                    "with 'muster approve --deny ID'",
                    own, caller));
  if (all_.size() < kPendingMax) return {};
  return fail(Errc::limit, fmt::format("{} requests wait for approval, which is the limit of an "
                                       "orchestrator; try again later",
                                       all_.size()));
}

Status ApprovalBox::ask(const policy::Caller& caller, const Asked& asked) {
  forget_ended();
  MUSTER_ASSIGN(auto statement, approval::parse(asked.statement));
  if (statement.caller != name_of(caller))
    return fail(Errc::refused, fmt::format("{} asks for approval of a request of {}",
                                           name_of(caller), statement.caller));
  if (const auto why = approval::why_not_now(statement, clock_.unix_ms()); !why.empty())
    return fail(Errc::refused, fmt::format("the approval {} {}", statement.id, why));
  const policy::Caller operator_of_the_group{"", security::Role::operator_};
  MUSTER_TRY(policies_.in_group(asked.group, operator_of_the_group));
  if (asked.group == "orchestrators" || asked.group == "lease")
    return fail(Errc::invalid_data, "orchestrators do not approve; name a group of operators");
  if (asked.number < 1 || asked.number > policy::kApproversMax)
    return fail(Errc::invalid_data, fmt::format("{} approvals: 1 to {} can be asked for",
                                                asked.number, policy::kApproversMax));
  if (const auto known = all_.find(statement.id); known != all_.end()) {
    if (known->second.text == asked.statement) return {};
    return fail(Errc::refused, fmt::format("the id {} is taken; ask again", statement.id));
  }
  MUSTER_TRY(check_room(statement.caller));
  auto next = all_;
  const auto id = statement.id;
  next.emplace(id, Pending{std::move(statement),
                           asked.statement,
                           asked.group,
                           asked.number,
                           asked.reason,
                           {},
                           "",
                           ""});
  MUSTER_TRY(keep(std::move(next)));
  tell_waits(id);
  return {};
}

void ApprovalBox::tell_waits(const std::string& id) {
  const auto& pending = all_.at(id);
  if (!tell_.waits) return;
  if (told_.pass(pending.statement.caller))
    return tell_.waits({id, pending.group, pending.number, pending.statement.until_ms});
  log::warning("a request waits for approval, and nobody is told: its caller asked for many",
               {{"caller", pending.statement.caller}, {"id", id}});
}

void ApprovalBox::tell_decided(const std::string& id, const std::string& approver, bool given) {
  const auto& pending = all_.at(id);
  if (!tell_.decided) return;
  if (decisions_told_.pass(approver))
    return tell_.decided({id, pending.group, pending.number, pending.statement.until_ms}, given);
  log::warning("a request was approved or denied, and nobody is told: its approver decided many",
               {{"approver", approver}, {"id", id}});
}

Value ApprovalBox::list(const policy::Caller& caller) {
  forget_ended();
  Value waiting = Value::array();
  Value own = Value::array();
  for (const auto& [id, pending] : all_) {
    if (pending.statement.caller == name_of(caller))
      own.push_back(summary(pending));
    else if (may_approve(caller, pending) && pending.denied_by.empty() &&
             !pending.signatures.contains(name_of(caller)))
      waiting.push_back(summary(pending));
  }
  return {{"waiting", std::move(waiting)}, {"own", std::move(own)}};
}

Result<Value> ApprovalBox::show(const policy::Caller& caller, const std::string& id) {
  MUSTER_ASSIGN(const auto found, find(caller, id));
  const auto& pending = found->second;
  auto out = summary(pending);
  out["statement"] = pending.text;
  if (pending.statement.caller != name_of(caller) || !pending.denied_by.empty()) return out;
  out["approvals"] = Value::array();
  for (const auto& [name, sealed] : pending.signatures)
    out["approvals"].push_back(base::to_base64url(sealed));
  return out;
}

// Checked here so that nothing is kept that would be refused where it counts.
Result<Value> ApprovalBox::sign(const policy::Caller& caller, const std::string& id,
                                std::string sealed) {
  MUSTER_ASSIGN(const auto found, find(caller, id));
  if (found->second.statement.caller == name_of(caller))
    return fail(Errc::refused, "nobody approves their own request");
  if (!found->second.denied_by.empty())
    return fail(Errc::refused, fmt::format("{} was denied by {}", id, found->second.denied_by));
  MUSTER_ASSIGN(const auto approver, approval::approver_of(sealed, found->second.statement,
                                                           found->second.text, commanding_));
  if (approver != name_of(caller))
    return fail(Errc::refused,
                fmt::format("{} brings an approval of {}", name_of(caller), approver));
  auto next = all_;
  auto& pending = next.at(id);
  if (pending.signatures.size() >= static_cast<std::size_t>(policy::kApproversMax) &&
      !pending.signatures.contains(approver))
    return fail(Errc::limit, fmt::format("{} operators have approved {} already",
                                         pending.signatures.size(), id));
  const bool was_given = is_given(pending.signatures.size(), pending.number);
  pending.signatures[approver] = std::move(sealed);
  const bool given = is_given(pending.signatures.size(), pending.number);
  MUSTER_TRY(keep(std::move(next)));
  if (given && !was_given) tell_decided(id, approver, true);
  return summary(all_.at(id));
}

Status ApprovalBox::deny(const policy::Caller& caller, const std::string& id,
                         const std::string& reason) {
  MUSTER_ASSIGN(const auto found, find(caller, id));
  auto next = all_;
  if (found->second.statement.caller == name_of(caller)) {
    next.erase(id);
    return keep(std::move(next));
  }
  auto& pending = next.at(id);
  const bool again = !pending.denied_by.empty();
  pending.denied_by = name_of(caller);
  pending.denied_why = reason;
  MUSTER_TRY(keep(std::move(next)));
  if (!again) tell_decided(id, name_of(caller), false);
  return {};
}

void ApprovalBox::forget_ended() {
  const auto now_ms = clock_.unix_ms();
  std::erase_if(all_, [&](const auto& one) { return one.second.statement.until_ms < now_ms; });
}

}  // namespace muster::control
