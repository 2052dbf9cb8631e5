#include "tests/sim/node/provision_agent.hpp"

#include <fmt/format.h>

#include "plugins/agents/provision/lease.hpp"
#include "plugins/api/job_reply.hpp"
#include "plugins/puppet/exit_code.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::sim {

namespace lease = plugins::provision;

ProvisionAgent::ProvisionAgent(Surroundings& around, Disk& disk, plugins::Node& node)
    : ddl_(ddl::built_in("provision").value()), around_(around), disk_(disk), node_(node) {}

plugins::ActionReply ProvisionAgent::handle(const plugins::ActionRequest& request) {
  if (request.action == "job")
    return plugins::job_reply(node_.jobs(), plugins::kPuppetJob, request.data.at("job"),
                              request.data.value("offset", std::int64_t{0}));
  auto data = dispatch(request);
  return data ? plugins::ActionReply::ok(std::move(*data))
              : plugins::ActionReply::failed(data.error());
}

Result<Value> ProvisionAgent::dispatch(const plugins::ActionRequest& request) {
  const auto& action = request.action;
  if (action == "status") return status();
  if (action == "again") return again();
  if (action == "claim" || action == "renew" || action == "release" || action == "finish")
    return change(request);
  return step(request);
}

Value ProvisionAgent::status() const {
  const auto now = progress();
  return {{"state", lease::name_of(now.state)},
          {"owner", now.owner},
          {"fence", now.fence},
          {"lease_expires_at_ms", now.lease_expires_at_ms},
          {"lapsed", lease::lapsed(now, now_ms())},
          {"progress", now.told.to_value()},
          {"attempts", now.attempts},
          {"error", now.error},
          {"finished_at_ms", now.finished_at_ms},
          {"certificate", disk_.certificate ? "valid" : "missing"}};
}

Value ProvisionAgent::presence_facts() const {
  if (!disk_.progress) return Value::object();
  return {{"provision", lease::name_of(disk_.progress->state)}};
}

std::string ProvisionAgent::lease_holder() const {
  constexpr std::string_view kCaller = "cert=";
  const auto now = progress();
  if (now.state != lease::State::claimed || lease::lapsed(now, now_ms())) return "";
  return now.owner.starts_with(kCaller) ? now.owner.substr(kCaller.size()) : now.owner;
}

Result<Value> ProvisionAgent::again() {
  auto next = progress();
  lease::begin_again(next);
  save(std::move(next));
  node_.presence_changed();
  return Value{{"state", lease::name_of(lease::State::waiting)}};
}

void ProvisionAgent::save(Progress next) {
  disk_.progress = std::move(next);
}

Status ProvisionAgent::check_fence_of(const plugins::ActionRequest& request) const {
  return lease::check_fence(progress(), request.caller, request.data.at("fence"), now_ms());
}

Status ProvisionAgent::take_progress(const plugins::ActionRequest& request, Progress& next) const {
  const auto given = request.data.find("progress");
  if (given == request.data.end() || given->is_null()) return {};
  MUSTER_ASSIGN(auto told, progress::Progress::from_value(*given));
  if (!told.master.empty() && told.master != next.told.master) {
    next.runs.clear();
    ++next.round;
  }
  next.told = std::move(told);
  return {};
}

Result<Value> ProvisionAgent::change(const plugins::ActionRequest& request) {
  if (request.action != "claim") MUSTER_TRY(check_fence_of(request));
  auto next = progress();
  const auto before = next.state;
  MUSTER_TRY(take_progress(request, next));
  MUSTER_ASSIGN(auto data, apply(request, next));
  const bool moved = next.state != before;
  save(std::move(next));
  if (moved) node_.presence_changed();
  return data;
}

Result<Value> ProvisionAgent::apply(const plugins::ActionRequest& request, Progress& next) {
  const auto lease_s = request.data.value("lease_s", std::int64_t{60});
  if (request.action == "claim") {
    MUSTER_TRY(lease::claim(next, request.caller, request.data.at("workflow"), lease_s, now_ms()));
    return Value{{"fence", next.fence},
                 {"state", lease::name_of(next.state)},
                 {"progress", next.told.to_value()},
                 {"attempts", next.attempts},
                 {"lease_expires_at_ms", next.lease_expires_at_ms}};
  }
  if (request.action == "renew") {
    MUSTER_TRY(lease::renew(next, lease_s, now_ms()));
    return Value{{"lease_expires_at_ms", next.lease_expires_at_ms}};
  }
  if (request.action == "release") {
    const bool failed = request.data.at("state") == lease::name_of(lease::State::failed);
    lease::release(next, failed ? lease::State::failed : lease::State::waiting,
                   request.data.value("error", ""));
    return Value{{"state", lease::name_of(next.state)}};
  }
  lease::finish(next, now_ms());
  return Value{{"finished_at_ms", next.finished_at_ms}};
}

Result<Value> ProvisionAgent::step(const plugins::ActionRequest& request) {
  MUSTER_TRY(check_fence_of(request));
  auto next = progress();
  MUSTER_TRY(take_progress(request, next));
  save(std::move(next));
  const auto& action = request.action;
  if (action == "set_puppet_host") {
    disk_.puppet_address = request.data.at("addresses").at(0).get<std::string>();
    return Value{{"changed", true}, {"lines", Value::array()}};
  }
  if (action == "request_certificate") return request_certificate();
  if (action == "fetch_certificate") return fetch_certificate(request.data.at("ca_pem"));
  if (action == "run") return run(request);
  if (action != "enter_collective")
    return fail(Errc::unknown_action, fmt::format("provision has no action '{}'", action));
  if (!disk_.certificate)
    return fail(Errc::aborted, "there is no certificate; fetch the certificate first");
  node_.enter_collective();
  return Value{{"identity", node_.identity()}};
}

Result<PuppetCa*> ProvisionAgent::ca() const {
  const auto found = around_.servers.find(disk_.puppet_address);
  if (found == around_.servers.end())
    return fail(Errc::unavailable,
                fmt::format("no Puppet Server answers at '{}'", disk_.puppet_address));
  return found->second;
}

Result<Value> ProvisionAgent::request_certificate() {
  MUSTER_ASSIGN(auto* const ca, this->ca());
  if (!disk_.key) disk_.key = around_.crypto.make_key();
  const auto bytes = PuppetCa::request_bytes(node_.identity(), *disk_.key);
  MUSTER_ASSIGN(const auto signature, around_.crypto.sign(*disk_.key, bytes));
  MUSTER_ASSIGN(const auto fingerprint, ca->submit(node_.identity(), *disk_.key, signature));
  return Value{
      {"fingerprint", fingerprint}, {"state", "requested"}, {"moved_aside", Value::array()}};
}

Result<Value> ProvisionAgent::fetch_certificate(const std::string& ca_pem) {
  MUSTER_ASSIGN(auto* const ca, this->ca());
  MUSTER_ASSIGN(const auto expected, x509::Certificate::from_pem(ca_pem, "the master's CA"));
  if (expected.fingerprint() != ca->certificate().fingerprint())
    return fail(Errc::refused, "another CA answers than the master's");
  MUSTER_ASSIGN(const auto certificate, ca->fetch(node_.identity()));
  if (!disk_.key || !certificate.matches(*disk_.key))
    return fail(Errc::aborted, "the CA's certificate is of another key");
  disk_.certificate = certificate;
  return Value{{"fingerprint", certificate.fingerprint()},
               {"not_after_ms", certificate.not_after_ms()}};
}

Result<Value> ProvisionAgent::run(const plugins::ActionRequest& request) {
  const std::string name = request.data.at("step");
  auto next = progress();
  auto& latest = next.runs[name];
  if (!latest.job.empty())
    if (const auto job = node_.jobs().status(latest.job);
        job && (job->state == plugins::JobState::running ||
                (job->state == plugins::JobState::finished &&
                 plugins::puppet::run_succeeded(job->exit_code))))
      return Value{{"job", latest.job}};
  plugins::JobSpec spec;
  spec.kind = plugins::kPuppetJob;
  spec.key = fmt::format("provision/{}/{}/{}", next.round, name, ++latest.starts);
  MUSTER_ASSIGN(const auto job, node_.jobs().start(spec));
  latest.job = job.id;
  save(std::move(next));
  return Value{{"job", job.id}};
}

}  // namespace muster::sim
