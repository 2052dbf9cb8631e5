#include "tests/support/played/provision_agent.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "plugins/agents/provision/lease.hpp"
#include "plugins/api/job_reply.hpp"
#include "plugins/puppet/exit_code.hpp"

namespace muster::played {
namespace {

namespace provision = plugins::provision;
using plugins::ActionReply;
using plugins::ActionRequest;

constexpr std::int64_t kLeaseDefaultSeconds = 60;

std::int64_t lease_s(const Value& data) {
  return data.value("lease_s", kLeaseDefaultSeconds);
}

// What ran against another master says nothing about this one.
Status note_done(const Value& data, provision::Progress& next) {
  const auto given = data.find("progress");
  if (given == data.end() || given->is_null()) return {};
  MUSTER_ASSIGN(auto told, progress::Progress::from_value(*given));
  if (!told.master.empty() && told.master != next.told.master) {
    next.runs.clear();
    ++next.round;
  }
  next.told = std::move(told);
  return {};
}

bool is_change(std::string_view action) {
  return action == "claim" || action == "renew" || action == "release" || action == "finish";
}

}  // namespace

provision::Progress ProvisionAgent::progress() const {
  const auto* now = place_.progress();
  return now == nullptr ? Progress() : *now;
}

provision::State ProvisionAgent::state() const {
  const auto* now = place_.progress();
  return now == nullptr ? provision::State::waiting : now->state;
}

ActionReply ProvisionAgent::handle(const ActionRequest& request) {
  if (request.action == "job")
    return plugins::job_reply(node_.jobs(), plugins::kPuppetJob, request.data.at("job"),
                              request.data.value("offset", std::int64_t{0}));
  const auto before = state();
  auto data = answer(request);
  if (state() != before) node_.presence_changed();
  return data ? ActionReply::ok(std::move(*data)) : ActionReply::failed(data.error());
}

Result<Value> ProvisionAgent::answer(const ActionRequest& request) {
  if (request.action == "status") return status();
  if (request.action == "again") return again(request.data);
  return is_change(request.action) ? change(request) : step(request);
}

Value ProvisionAgent::presence_facts() const {
  const auto* now = place_.progress();
  if (now == nullptr) return Value::object();
  return {{"provision", provision::name_of(now->state)}};
}

std::string ProvisionAgent::lease_holder() const {
  constexpr std::string_view kCaller = "cert=";  // owners are written as callers are
  const auto now = progress();
  if (now.state != provision::State::claimed || provision::lapsed(now, now_ms())) return "";
  const std::string_view owner = now.owner;
  return std::string(owner.starts_with(kCaller) ? owner.substr(kCaller.size()) : owner);
}

Value ProvisionAgent::status() const {
  const auto now = progress();
  return {{"state", provision::name_of(now.state)},
          {"owner", now.owner},
          {"fence", now.fence},
          {"lease_expires_at_ms", now.lease_expires_at_ms},
          {"lapsed", provision::lapsed(now, now_ms())},
          {"progress", now.told.to_value()},
          {"attempts", now.attempts},
          {"error", now.error},
          {"finished_at_ms", now.finished_at_ms},
          {"certificate", place_.has_certificate() ? "valid" : "missing"},
          {"certificate_issuer", place_.certificate_issuer()},
          {"puppet_disabled", ""}};
}

Result<Value> ProvisionAgent::again(const Value& wanted) {
  auto next = progress();
  const bool leaves = wanted.value("new_certificate", false);
  if (leaves && next.state == provision::State::claimed && !provision::lapsed(next, now_ms()))
    return fail(Errc::aborted, next.owner + " provisions this node just now");
  provision::begin_again(next);
  if (leaves) {
    MUSTER_TRY(place_.give_up_certificate(wanted.value("issued_by", ""), std::move(next)));
    node_.leave_collective();
    return Value{{"state", provision::name_of(provision::State::waiting)}};
  }
  MUSTER_TRY(place_.save(std::move(next)));
  return Value{{"state", provision::name_of(provision::State::waiting)}};
}

Status ProvisionAgent::check_fence_of(const ActionRequest& request) const {
  return provision::check_fence(progress(), request.caller, request.data.at("fence"), now_ms());
}

Result<Value> ProvisionAgent::change(const ActionRequest& request) {
  if (request.action != "claim") MUSTER_TRY(check_fence_of(request));
  auto next = progress();
  MUSTER_TRY(note_done(request.data, next));
  MUSTER_ASSIGN(auto data, apply(request, next));
  MUSTER_TRY(place_.save(std::move(next)));
  if (request.action == "finish") place_.finished();
  return data;
}

Result<Value> ProvisionAgent::apply(const ActionRequest& request, Progress& next) const {
  if (request.action == "claim") return claim(request, next);
  if (request.action == "renew") {
    MUSTER_TRY(provision::renew(next, lease_s(request.data), now_ms()));
    return Value{{"lease_expires_at_ms", next.lease_expires_at_ms}};
  }
  if (request.action == "release") {
    const bool failed = request.data.at("state") == provision::name_of(provision::State::failed);
    provision::release(next, failed ? provision::State::failed : provision::State::waiting,
                       request.data.value("error", ""));
    return Value{{"state", provision::name_of(next.state)}};
  }
  provision::finish(next, now_ms());
  return Value{{"finished_at_ms", next.finished_at_ms}};
}

Result<Value> ProvisionAgent::claim(const ActionRequest& request, Progress& next) const {
  const auto instead_of =
      place_.has_certificate() ? request.data.value("instead_of", std::int64_t{0}) : 0;
  MUSTER_TRY(provision::claim(next, request.caller, request.data.at("workflow"),
                              lease_s(request.data), now_ms(), instead_of));
  return Value{{"fence", next.fence},
               {"state", provision::name_of(next.state)},
               {"progress", next.told.to_value()},
               {"attempts", next.attempts},
               {"replaces_until_ms", provision::replaces_until_ms(next, now_ms())},
               {"lease_expires_at_ms", next.lease_expires_at_ms}};
}

Result<Value> ProvisionAgent::step(const ActionRequest& request) {
  MUSTER_TRY(check_fence_of(request));
  auto next = progress();
  MUSTER_TRY(note_done(request.data, next));
  MUSTER_TRY(place_.save(std::move(next)));
  const auto& action = request.action;
  if (action == "set_puppet_host") return place_.set_puppet_host(request.data);
  if (action == "request_certificate") return place_.request_certificate();
  if (action == "fetch_certificate") return place_.fetch_certificate(request.data);
  if (action == "enter_collective") return enter_collective();
  if (action == "run") return run(request);
  return fail(Errc::unknown_action, fmt::format("provision has no action '{}'", action));
}

Result<Value> ProvisionAgent::enter_collective() {
  if (!place_.has_certificate())
    return fail(Errc::aborted, "there is no certificate; fetch the certificate first");
  node_.enter_collective();
  return Value{{"identity", node_.identity()}};
}

Result<Value> ProvisionAgent::run(const ActionRequest& request) {
  const std::string name = request.data.at("step");
  auto next = progress();
  auto& latest = next.runs[name];
  if (!latest.job.empty()) {
    const auto job = node_.jobs().status(latest.job);
    if (job && (job->state == plugins::JobState::running ||
                (job->state == plugins::JobState::finished &&
                 plugins::puppet::run_succeeded(job->exit_code))))
      return Value{{"job", latest.job}};  // it was asked for before
  }
  plugins::JobSpec spec;
  spec.kind = plugins::kPuppetJob;
  spec.key = fmt::format("provision/{}/{}/{}", next.round, name, ++latest.starts);
  MUSTER_ASSIGN(const auto job, node_.jobs().start(spec));
  latest.job = job.id;
  MUSTER_TRY(place_.save(std::move(next)));
  return Value{{"job", job.id}};
}

}  // namespace muster::played
