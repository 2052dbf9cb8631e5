#include "orchestrator/provision/run/lease.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run_elsewhere.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeaseCallTimeout{5'000};
constexpr milliseconds kReleaseTimeout{3'000};
constexpr milliseconds kRenewPause{1'000};  // after an answer that did not come

}  // namespace

Lease::Lease(const workflow::Workflow& workflow, World& world, const RunInput& node,
             const RunRecord& record, NodeLine& line)
    : workflow_(workflow), world_(world), node_(node), record_(record), line_(line) {}

loop::Task<bool> Lease::node_has_failed() {
  auto asked = line_.ask("provision", "status", Value::object(), kLeaseCallTimeout,
                         NodeLine::Asked::briefly);
  const auto status = co_await asked;
  co_return status&& client::text_at(*status, "state") == "failed";
}

// A departure that was begun goes on, of the same text; else it begins.
Result<Value> Lease::of_who_leaves() {
  is_ours(world_.unix_ms(), world_.times_cut_off());
  Value granted{{"fence", 0}};
  const auto& before = node_.before;
  if (before && before->state == client::kLeaving && before->workflow_hash == workflow_.hash)
    granted["progress"] = record_.progress().to_value();
  return granted;
}

loop::Task<Result<Value>> Lease::claim() {
  if (workflow_.leaves()) co_return of_who_leaves();
  auto asked = ask();
  auto granted = co_await asked;
  if (!granted) {
    auto again = after_refusal(granted.error());
    granted = co_await again;
  }
  co_return granted;
}

loop::Task<Result<Value>> Lease::ask() {
  Value wanted{{"workflow", workflow_.name}, {"lease_s", workflow_.lease.count()}};
  if (node_.instead_of > 0 && !line_.is_joining()) wanted["instead_of"] = node_.instead_of;
  const auto asked_at_ms = world_.unix_ms();
  const auto cut_off = world_.times_cut_off();
  auto asked = line_.ask("provision", "claim", std::move(wanted), kLeaseCallTimeout,
                         NodeLine::Asked::briefly);
  auto granted = co_await asked;
  if (!granted) co_return granted;
  is_ours(asked_at_ms, cut_off);
  replaces_until_ms_ = client::number_at(*granted, "replaces_until_ms");
  co_return granted;
}

// By a clock that is wrong no longer than a lease lasts.
milliseconds Lease::replaced_lasts() const {
  const milliseconds lasts(replaces_until_ms_ - world_.unix_ms());
  return std::clamp(lasts, milliseconds(0), milliseconds(workflow_.lease));
}

// Why the node refused decides: another orchestrator has it; or it was finished once, and is back
// in the join zone because its certificate is gone.
loop::Task<Result<Value>> Lease::after_refusal(Error refused) {
  auto asked = line_.ask("provision", "status", Value::object(), kLeaseCallTimeout,
                         NodeLine::Asked::briefly);
  const auto status = co_await asked;
  if (!status) co_return fail(leave_to_who_runs_it(std::move(refused)));
  const auto owner = client::text_at(*status, "owner");
  const bool live = status->contains("lapsed") && status->at("lapsed") == false;
  if (!owner.empty() && live && owner != "cert=" + record_->orchestrator) {
    constexpr std::string_view kCaller = "cert=";  // owners are written as callers are
    refusal_.holder = {owner.starts_with(kCaller) ? owner.substr(kCaller.size()) : owner,
                       client::number_at(*status, "fence"),
                       client::number_at(*status, "lease_expires_at_ms")};
    co_return fail(Errc::refused, fmt::format("{} provisions it", owner));
  }
  const bool finished = client::text_at(*status, "state") == "finished";
  refusal_.is_finished = finished && !line_.is_joining();
  if (!finished || !line_.is_joining()) co_return fail(refused);
  auto anew =
      line_.ask("provision", "again", Value::object(), kLeaseCallTimeout, NodeLine::Asked::briefly);
  MUSTER_CO_ASSIGN(const Value again, co_await anew);
  auto once_more = ask();
  co_return co_await once_more;
}

// A machine that joins under the name of a finished node is a new one, unless it is that node: then its announcement is of before,
// and we did not hear that it was taken back.
bool Lease::is_anothers(const client::Record& newest, std::int64_t now_ms) const {
  if (is_run_elsewhere(newest, record_->orchestrator, now_ms, workflow_.lease)) return true;
  if (newest.state != "finished" || newest.orchestrator == record_->orchestrator) return false;
  const bool is_that_machine =
      !node_.key_fingerprint.empty() && node_.key_fingerprint == newest.key_fingerprint;
  return !line_.is_joining() || is_that_machine;
}

// We hear nothing from the node, and another orchestrator says that it has it, or has finished it: that one's word stands, for ours
// began later and would hide it.
Error Lease::leave_to_who_runs_it(Error unanswered) {
  const auto newest = node_.newest ? node_.newest() : std::nullopt;
  const auto now_ms = world_.unix_ms();
  if (!newest || !is_anothers(*newest, now_ms)) return unanswered;
  refusal_.holder = {newest->orchestrator, newest->fence,
                     now_ms + milliseconds(workflow_.lease).count()};
  return {Errc::refused, fmt::format("{} has it, and it does not answer us: {}",
                                     newest->orchestrator, unanswered.message)};
}

// A clock that was set back says nothing about when it was ours: then all of it is over.
milliseconds Lease::age() const {
  const milliseconds age(world_.unix_ms() - held_at_ms_);
  return age.count() < 0 ? milliseconds(workflow_.lease) : age;
}

milliseconds Lease::left() const {
  return std::max(milliseconds(workflow_.lease) - age(), milliseconds(0));
}

// Never past its end, so that it is known then.
milliseconds Lease::until_due() const {
  const auto due = std::max(milliseconds(workflow_.lease) / 3 - age(), kRenewPause);
  return left().count() > 0 ? std::min(due, left()) : due;
}

loop::Task<Status> Lease::renew(Silence silence) {
  const bool was_cut_off = cut_off_ != world_.times_cut_off();
  if (!was_cut_off && age() < milliseconds(workflow_.lease) / 3) co_return Status{};
  auto confirmed = confirm();
  const auto renewed = co_await confirmed;
  if (renewed || is_lost_) co_return renewed;
  const bool waits = (left().count() > 0 && !was_cut_off) || silence == Silence::is_expected;
  co_return waits ? Status{} : renewed;
}

loop::Task<Status> Lease::keep(Silence silence) {
  for (;;) {
    auto slept = world_.sleep(until_due());
    if (!co_await slept) co_return Status{};
    auto renewing = renew(silence);
    const auto renewed = co_await renewing;
    const bool may_be_ours =
        !is_lost_ && left().count() > 0;  // the step under way goes on until then
    if (!renewed && !may_be_ours) co_return renewed;
  }
}

// For an answer: no longer than it lasts, so that a step beside it does not outlast it.
milliseconds Lease::patience() const {
  const bool is_last = left().count() > 0 && left() < kLeaseCallTimeout + kRenewPause;
  return is_last ? left() : kLeaseCallTimeout;
}

loop::Task<Status> Lease::confirm() {
  if (workflow_.leaves()) {
    is_ours(world_.unix_ms(), world_.times_cut_off());
    co_return Status{};
  }
  Value wanted{{"lease_s", workflow_.lease.count()}};
  const auto asked_at_ms = world_.unix_ms();
  const auto cut_off = world_.times_cut_off();
  auto asked =
      line_.ask("provision", "renew", std::move(wanted), patience(), NodeLine::Asked::briefly);
  const auto renewed = co_await asked;
  if (!renewed) {
    if (renewed.error().code == Errc::aborted) {
      auto looked = has_gone();
      is_lost_ = co_await looked;
    }
    co_return fail(renewed.error().within("cannot renew the lease"));
  }
  is_ours(asked_at_ms, cut_off);
  co_return Status{};
}

// The node said so after it was asked.
void Lease::is_ours(std::int64_t since_ms, std::uint64_t cut_off) {
  held_at_ms_ = since_ms;
  cut_off_ = cut_off;
  is_lost_ = false;
}

// A node that cannot write now refuses as well, and one that we have just finished has no lease any more.
loop::Task<bool> Lease::has_gone(NodeLine::Asked how) {
  auto asked = line_.ask("provision", "status", Value::object(), patience(), how);
  const auto status = co_await asked;
  if (!status || client::text_at(*status, "state") == "finished") co_return false;
  co_return client::text_at(*status, "owner") != "cert=" + record_->orchestrator ||
      client::number_at(*status, "fence") != record_->fence;
}

std::int64_t Lease::middle_ms() const {
  if (workflow_.leaves()) return record_->started_at_ms;
  return held_at_ms_ + milliseconds(workflow_.lease).count() / 2;
}

loop::Task<Status> Lease::give_back(std::string left_as, std::string reason) {
  if (record_->fence == 0) co_return Status{};
  Value said{{"state", std::move(left_as)}, {"error", std::move(reason)}};
  auto asked = line_.ask("provision", "release", std::move(said), kReleaseTimeout,
                         NodeLine::Asked::in_leaving);
  const auto released = co_await asked;
  if (released) co_return Status{};
  auto error = released.error();
  if (error.code == Errc::aborted) {
    auto looked = has_gone(NodeLine::Asked::in_leaving);
    if (co_await looked) co_return fail(std::move(error));
    error.code = Errc::unknown;  // ours still, and the node cannot write that down
  }
  log::warning("cannot give the lease back; it lapses by itself",
               {{"node", record_->identity}, {"why", error.message}});
  co_return fail(std::move(error));
}

}  // namespace muster::provision
