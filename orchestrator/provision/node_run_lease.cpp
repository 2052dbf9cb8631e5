// The lease on a node, and what the node remembers for whoever comes after us.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/provision/fields.hpp"
#include "orchestrator/provision/node_run.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kLeaseCallTimeout{5'000};

}  // namespace

// After its last attempt a node stays as it is, also when an orchestrator starts anew; but only the
// node knows whether it has been installed anew meanwhile, or told to begin again.
bool NodeRun::waits_for_a_person() {
  if (node_.anew || !node_.before || node_.before->state != "failed") return false;
  const auto status = call_node("provision", "status", Value::object(), kLeaseCallTimeout);
  if (!status || text_at(*status, "state") != "failed") return false;
  record_ = *node_.before;
  return true;
}

// Nothing is told before the lease is ours: until then another may have the node, and its story is
// the one to read.
Status NodeRun::claim(const Step& step) {
  open_step(step);
  auto granted = ask_for_lease();
  if (!granted) granted = after_refused_claim(granted.error());
  if (!granted) {
    if (!settled_ && leased_until_ms_ == 0) end_step(step, "failed", granted.error().message);
    return fail(granted.error());
  }
  adopt(*granted);
  const auto after = resume_at_ > 1 ? "goes on after " + workflow_.steps[resume_at_ - 1].name : "";
  end_step(step, "done", after);
  return {};
}

Result<Value> NodeRun::ask_for_lease() {
  return call_node("provision", "claim",
                   {{"workflow", workflow_.name}, {"lease_s", workflow_.lease.count()}},
                   kLeaseCallTimeout);
}

// Why the node refused decides: another orchestrator has it; or it was finished once, and is back
// in the join zone because its certificate is gone. Its token covers the name, so it may be made
// anew.
Result<Value> NodeRun::after_refused_claim(const Error& refused) {
  const auto status = call_node("provision", "status", Value::object(), kLeaseCallTimeout);
  if (!status) return fail(refused);
  const auto owner = text_at(*status, "owner");
  const bool live = status->contains("lapsed") && status->at("lapsed") == false;
  if (!owner.empty() && live && owner != "cert=" + record_.orchestrator) {
    leased_until_ms_ = number_at(*status, "lease_expires_at_ms");
    return fail(Errc::refused, fmt::format("{} provisions it", owner));
  }
  const bool finished = text_at(*status, "state") == "finished";
  settled_ = finished && !node_.join;
  if (!finished || !node_.join) return fail(refused);
  MUSTER_ASSIGN(const Value again,
                call_node("provision", "again", Value::object(), kLeaseCallTimeout));
  return ask_for_lease();
}

// Goes on where the node says the last orchestrator stopped.
void NodeRun::adopt(const Value& granted) {
  fence_ = number_at(granted, "fence");
  lease_renewed_ms_ = world_.unix_ms();
  // The first lease since an operator said "again", or since it was installed anew.
  const bool begun_anew = number_at(granted, "attempts") == 1;
  if (begun_anew && node_.before && node_.before->state != "running") {
    begin_record(true);
    open_step(workflow_.steps.front());
  }
  if (node_.anew) return;
  const auto last = workflow_.index_of(text_at(granted, "step"));
  const auto master = text_at(granted, "master");
  if (last == workflow_.steps.size() || text_at(granted, "workflow") != workflow_.name) return;
  // A master that is gone or ill cannot be gone on with: begin again, which idempotent steps allow.
  if (!master.empty() && (!can_serve(master) || !use_master(master))) return;
  resume_at_ = last + 1;
  // What a finished step learnt is lost with the orchestrator that learnt it; if a later step needs
  // it, ask again.
  for (auto i = last; i > 0; --i)
    if (feeds_later(workflow_.steps[i], last)) resume_at_ = i;
}

// The name of the master is the node's word.
bool NodeRun::can_serve(const std::string& master) const {
  const auto candidates = world_.candidates();
  return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
    return candidate.identity == master && candidate.healthy && candidate.may_issue(node_.identity);
  });
}

bool NodeRun::feeds_later(const Step& step, std::size_t last) const {
  for (auto i = last + 1; i < workflow_.steps.size(); ++i)
    for (const auto& name : step.save)
      if (wanted(workflow_.steps[i]) &&
          workflow_.steps[i].arguments.dump().find("{" + name + "}") != std::string::npos)
        return true;
  return false;
}

Status NodeRun::renew_lease(bool now) {
  const auto age = world_.unix_ms() - lease_renewed_ms_;
  const auto due = std::chrono::milliseconds(workflow_.lease).count() / 3;
  if (!now && age < due) return {};
  auto renewed =
      call_node("provision", "renew", {{"lease_s", workflow_.lease.count()}}, kLeaseCallTimeout);
  if (!renewed) return fail(renewed.error().within("cannot renew the lease"));
  lease_renewed_ms_ = world_.unix_ms();
  return {};
}

// What is finished travels with the next call under the fence. Should we die before it, that step
// is done once more, which idempotent steps allow.
Result<Value> NodeRun::call_node(const std::string& agent, const std::string& action,
                                 Value arguments, std::chrono::milliseconds timeout) {
  const bool unfenced =
      action == "claim" || action == "status" || action == "again" || action == "job";
  const bool fenced = agent == "provision" && !unfenced;
  if (fenced) arguments["fence"] = fence_;
  if (fenced && !done_step_.empty()) {
    arguments["done"] = done_step_;
    if (!record_.master.empty()) arguments["master"] = record_.master;
  }
  auto reply = world_.call(node_.identity, node_.join ? &*node_.join : nullptr, agent, action,
                           arguments, timeout);
  if (reply && fenced) done_step_.clear();
  return reply;
}

}  // namespace muster::provision
