#include "tests/swarm/node/swarm_provision.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "plugins/agents/provision/lease.hpp"
#include "plugins/api/job_reply.hpp"
#include "plugins/puppet/exit_code.hpp"

namespace muster::swarm {
namespace {

namespace provision = plugins::provision;
using plugins::ActionReply;
using plugins::ActionRequest;

constexpr std::int64_t kLeaseDefaultSeconds = 60;

std::int64_t lease_s(const Value& data) {
  return data.value("lease_s", kLeaseDefaultSeconds);
}

}  // namespace

ActionReply SwarmProvision::handle(const ActionRequest& request) {
  if (request.action == "job")
    return plugins::job_reply(node_.jobs(), plugins::kPuppetJob, request.data.at("job"),
                              request.data.value("offset", std::int64_t{0}));
  const auto before = progress_.state;
  auto data = answer(request);
  if (progress_.state != before) node_.presence_changed();
  return data ? ActionReply::ok(std::move(*data)) : ActionReply::failed(data.error());
}

Result<Value> SwarmProvision::answer(const ActionRequest& request) {
  static const std::map<std::string_view, Action> open{{"status", &SwarmProvision::status},
                                                       {"again", &SwarmProvision::again},
                                                       {"claim", &SwarmProvision::claim}};
  static const std::map<std::string_view, Action> fenced{
      {"renew", &SwarmProvision::renew},
      {"release", &SwarmProvision::release},
      {"finish", &SwarmProvision::finish},
      {"set_puppet_host", &SwarmProvision::set_puppet_host},
      {"request_certificate", &SwarmProvision::request_certificate},
      {"fetch_certificate", &SwarmProvision::fetch_certificate},
      {"enter_collective", &SwarmProvision::enter_collective},
      {"run", &SwarmProvision::run}};
  if (const auto found = open.find(request.action); found != open.end())
    return (this->*found->second)(request);
  const auto found = fenced.find(request.action);
  if (found == fenced.end())
    return fail(Errc::unknown_action, fmt::format("provision has no action '{}'", request.action));
  MUSTER_TRY(check_fence_of(request));
  return (this->*found->second)(request);
}

Status SwarmProvision::check_fence_of(const ActionRequest& request) {
  MUSTER_TRY(provision::check_fence(progress_, request.caller, request.data.at("fence"),
                                    node_.clock().unix_ms()));
  const auto told = request.data.find("progress");
  if (told == request.data.end() || told->is_null()) return {};
  MUSTER_ASSIGN(progress_.told, progress::Progress::from_value(*told));
  return {};
}

Value SwarmProvision::presence_facts() const {
  if (progress_.fence == 0) return Value::object();  // nobody has ever wanted it provisioned
  return {{"provision", provision::name_of(progress_.state)}};
}

std::string SwarmProvision::lease_holder() const {
  constexpr std::string_view kCaller = "cert=";  // owners are written as callers are
  if (progress_.state != provision::State::claimed ||
      provision::lapsed(progress_, node_.clock().unix_ms()))
    return "";
  const std::string_view owner = progress_.owner;
  return std::string(owner.starts_with(kCaller) ? owner.substr(kCaller.size()) : owner);
}

Result<Value> SwarmProvision::status(const ActionRequest&) {
  return Value{{"state", provision::name_of(progress_.state)},
               {"owner", progress_.owner},
               {"fence", progress_.fence},
               {"lease_expires_at_ms", progress_.lease_expires_at_ms},
               {"lapsed", provision::lapsed(progress_, node_.clock().unix_ms())},
               {"progress", progress_.told.to_value()},
               {"attempts", progress_.attempts},
               {"error", progress_.error},
               {"finished_at_ms", progress_.finished_at_ms},
               {"certificate", keys_.member ? "valid" : "missing"},
               {"certificate_issuer", keys_.member ? ca_.ca().certificate().subject() : ""},
               {"puppet_disabled", ""}};
}

Result<Value> SwarmProvision::again(const ActionRequest&) {
  provision::begin_again(progress_);
  return Value{{"state", provision::name_of(progress_.state)}};
}

Result<Value> SwarmProvision::claim(const ActionRequest& request) {
  MUSTER_TRY(provision::claim(progress_, request.caller, request.data.at("workflow"),
                              lease_s(request.data), node_.clock().unix_ms()));
  return Value{{"fence", progress_.fence},
               {"state", provision::name_of(progress_.state)},
               {"progress", progress_.told.to_value()},
               {"attempts", progress_.attempts},
               {"lease_expires_at_ms", progress_.lease_expires_at_ms}};
}

Result<Value> SwarmProvision::renew(const ActionRequest& request) {
  MUSTER_TRY(provision::renew(progress_, lease_s(request.data), node_.clock().unix_ms()));
  return Value{{"lease_expires_at_ms", progress_.lease_expires_at_ms}};
}

Result<Value> SwarmProvision::release(const ActionRequest& request) {
  const bool failed = request.data.at("state") == provision::name_of(provision::State::failed);
  provision::release(progress_, failed ? provision::State::failed : provision::State::waiting,
                     request.data.value("error", ""));
  return Value{{"state", provision::name_of(progress_.state)}};
}

Result<Value> SwarmProvision::finish(const ActionRequest&) {
  provision::finish(progress_, node_.clock().unix_ms());
  on_finished_();
  return Value{{"finished_at_ms", progress_.finished_at_ms}};
}

// A swarm's nodes ask no master by its name.
Result<Value> SwarmProvision::set_puppet_host(const ActionRequest&) {
  return Value{{"changed", false}, {"lines", Value::array()}};
}

Result<Value> SwarmProvision::request_certificate(const ActionRequest&) {
  const auto& name = node_.identity();
  if (!keys_.requested) {
    MUSTER_ASSIGN(keys_.requested, x509::Key::generate_p256());
  }
  MUSTER_ASSIGN(auto request, x509::make_request({.common_name = name}, *keys_.requested));
  auto fingerprint = request.fingerprint;
  MUSTER_TRY(ca_.put_request(name, std::move(request)));
  return Value{{"fingerprint", std::move(fingerprint)},
               {"state", "requested"},
               {"moved_aside", Value::array()}};
}

Result<Value> SwarmProvision::fetch_certificate(const ActionRequest&) {
  const auto certificate = ca_.certificate(node_.identity());
  if (!certificate || !keys_.requested || !certificate->matches(*keys_.requested))
    return fail(Errc::not_found,
                "the CA has not signed a certificate for " + node_.identity() + " yet");
  keys_.member.emplace(Pair{*keys_.requested, *certificate});
  return Value{{"fingerprint", certificate->fingerprint()},
               {"not_after_ms", certificate->not_after_ms()}};
}

Result<Value> SwarmProvision::enter_collective(const ActionRequest&) {
  if (!keys_.member) return fail(Errc::aborted, "fetch the certificate first");
  node_.enter_collective();
  return Value{{"identity", node_.identity()}};
}

Result<Value> SwarmProvision::run(const ActionRequest& request) {
  const std::string step = request.data.at("step");
  auto& latest = progress_.runs[step];
  if (!latest.job.empty()) {
    const auto job = node_.jobs().status(latest.job);
    if (job && (job->state == plugins::JobState::running ||
                plugins::puppet::run_succeeded(job->exit_code)))
      return Value{{"job", latest.job}};  // it was asked for before
  }
  plugins::JobSpec spec;
  spec.kind = plugins::kPuppetJob;
  spec.key = fmt::format("provision/{}/{}/{}", progress_.round, step, ++latest.starts);
  MUSTER_ASSIGN(const auto job, node_.jobs().start(spec));
  latest.job = job.id;
  return Value{{"job", job.id}};
}

}  // namespace muster::swarm
