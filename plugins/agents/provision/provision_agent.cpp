#include "plugins/agents/provision/provision_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "plugins/agents/provision/certificate_steps.hpp"
#include "plugins/agents/provision/host_step.hpp"
#include "plugins/agents/provision/lease.hpp"
#include "plugins/agents/provision/puppet_ssl.hpp"
#include "plugins/agents/provision/reboot_step.hpp"
#include "plugins/agents/puppet/puppet_run.hpp"
#include "plugins/agents/puppet/puppet_state.hpp"
#include "plugins/api/job_reply.hpp"
#include "plugins/puppet/exit_code.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/log.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::plugins::provision {
namespace {

// `ca_pem`: whose certificate alone is to be given up; empty: whoever issued it. By the time that it is asked, the node may have
// been moved, and have one of another CA.
Status is_issued_by(const PuppetSsl& ssl, const std::string& ca_pem) {
  if (ca_pem.empty()) return {};
  const auto certificate = x509::Certificate::from_file(ssl.certificate_path());
  if (!certificate)
    return fail(Errc::aborted,
                "there is no certificate to be given up: " + certificate.error().message);
  if (const auto issuer = issuer_in(ca_pem, *certificate); !issuer)
    return fail(Errc::aborted, issuer.error().message + "; it stays");
  return {};
}

constexpr std::int64_t kLeaseDefaultSeconds = 60;
// Left of the caller's patience for the reply itself.
constexpr std::chrono::milliseconds kReplyReserve{500};

// Every call under a fence may say what was finished before it: one round trip and one flush to
// disk do both.
Result<bool> note_done(const Value& data, Progress& next) {
  const auto given = data.find("progress");
  if (given == data.end() || given->is_null()) return false;
  MUSTER_ASSIGN(auto told, muster::progress::Progress::from_value(*given));
  if (told == next.told) return false;
  // What ran against another master says nothing about this one.
  if (!told.master.empty() && told.master != next.told.master) {
    next.runs.clear();
    ++next.round;
  }
  next.told = std::move(told);
  return true;
}

std::int64_t lease_s(const Value& data) {
  return data.value("lease_s", kLeaseDefaultSeconds);
}

}  // namespace

ProvisionAgent::ProvisionAgent(ddl::Lazy<ddl::Agent> ddl, Node& node)
    : DescribedAgent(std::move(ddl)),
      node_(node),
      file_(node.state_folder() / "provision.json"),
      progress_(load_progress(file_)) {
  if (const base::Locked progress(progress_); !*progress)
    log::error("provisioning is stopped", {{"reason", progress->error().message}});
}

bool ProvisionAgent::active() const {
  std::error_code ignored;
  return !std::filesystem::exists(node_.puppet().cadir / "ca_crt.pem", ignored);
}

ActionReply ProvisionAgent::handle(const ActionRequest& request) {
  if (request.action == "job")
    return job_reply(node_.jobs(), kPuppetJob, request.data.at("job"),
                     request.data.value("offset", std::int64_t{0}));
  auto data = dispatch(request);
  return data ? ActionReply::ok(std::move(*data)) : ActionReply::failed(data.error());
}

Result<Value> ProvisionAgent::dispatch(const ActionRequest& request) {
  static const std::map<std::string_view, Change> changes{
      {"claim", &ProvisionAgent::claim_lease},
      {"renew", &ProvisionAgent::renew_lease},
      {"release", &ProvisionAgent::release_lease},
      {"finish", &ProvisionAgent::finish_all}};
  static const std::map<std::string_view, Step> steps{
      {"set_puppet_host", &ProvisionAgent::point_puppet_host},
      {"request_certificate", &ProvisionAgent::request_own_certificate},
      {"fetch_certificate", &ProvisionAgent::fetch_own_certificate},
      {"enter_collective", &ProvisionAgent::enter_collective},
      {"run", &ProvisionAgent::run},
      {"reboot", &ProvisionAgent::reboot}};
  if (request.action == "status") return status();
  if (request.action == "again") return again(request);
  if (const auto found = changes.find(request.action); found != changes.end())
    return change(request, found->second);
  if (const auto found = steps.find(request.action); found != steps.end())
    return step(request, found->second);
  return fail(Errc::unknown_action, fmt::format("provision has no action '{}'", request.action));
}

Result<Value> ProvisionAgent::status() const {
  const auto& paths = node_.puppet();
  const auto now_ms = node_.clock().unix_ms();
  const auto certificate =
      certificate_state(PuppetSsl(paths.ssldir, node_.identity()), node_.identity(), now_ms);
  Value data{{"certificate", certificate.word},
             {"certificate_issuer", certificate.issuer},
             {"boot_id", node_.boot_id()},
             {"puppet_disabled", puppet::disabled_message(paths).value_or("")}};
  const base::Locked progress(progress_);
  if (!*progress) {
    data["state"] = "damaged";
    data["error"] = progress->error().message;
    return data;
  }
  data["state"] = name_of((*progress)->state);
  data["owner"] = (*progress)->owner;
  data["fence"] = (*progress)->fence;
  data["lease_expires_at_ms"] = (*progress)->lease_expires_at_ms;
  data["lapsed"] = lapsed(**progress, now_ms);
  data["progress"] = (*progress)->told.to_value();
  data["attempts"] = (*progress)->attempts;
  data["error"] = (*progress)->error;
  data["finished_at_ms"] = (*progress)->finished_at_ms;
  return data;
}

Value ProvisionAgent::presence_facts() const {
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return Value::object();
  const base::Locked progress(progress_);
  return {{"provision", *progress ? name_of((*progress)->state) : "damaged"}};
}

std::string ProvisionAgent::lease_holder() const {
  constexpr std::string_view kCaller = "cert=";  // owners are written as callers are
  const auto now_ms = node_.clock().unix_ms();
  const base::Locked progress(progress_);
  if (!*progress || (*progress)->state != State::claimed || lapsed(**progress, now_ms)) return "";
  const std::string_view owner = (*progress)->owner;
  return std::string(owner.starts_with(kCaller) ? owner.substr(kCaller.size()) : owner);
}

Result<Value> ProvisionAgent::again(const ActionRequest& request) {
  if (request.data.value("new_certificate", false)) return give_up_certificate(request);
  MUSTER_TRY(begin_anew());
  node_.presence_changed();
  return Value{{"state", name_of(State::waiting)}};
}

// Whatever is left half done, the key that is certified now is not used again: without it the node is no member, joins, and
// makes another one. Presence is taken down with the link; it must not ask to be provisioned as a member before that.
Result<Value> ProvisionAgent::give_up_certificate(const ActionRequest& request) {
  MUSTER_TRY(node_.can_join());
  const std::unique_lock working(step_mutex_, request.deadline - kReplyReserve);
  if (!working)
    return fail(Errc::timeout, "a step still works on this node; its certificate stays");
  MUSTER_TRY(is_nobodys());
  PuppetSsl ssl(node_.puppet().ssldir, node_.identity());
  MUSTER_TRY(is_issued_by(ssl, request.data.value("issued_by", std::string())));
  MUSTER_TRY(begin_anew());
  Value problems = Value::array();
  for (const auto& file : {ssl.key_path(), ssl.certificate_path(), ssl.request_path()}) {
    const auto moved = ssl.move_aside(file);
    if (moved) continue;
    // Without its key it is no member any more, and nothing else matters.
    if (std::error_code unknown; file == ssl.key_path() && std::filesystem::exists(file, unknown))
      return fail(moved.error());
    log::warning("a certificate is given up, but not all of it", {{"why", moved.error().message}});
    problems.push_back(moved.error().message);
  }
  node_.leave_collective();
  return Value{{"state", name_of(State::waiting)},
               {"moved_aside", ssl.moved()},
               {"problems", std::move(problems)}};
}

Status ProvisionAgent::is_nobodys() const {
  const auto now_ms = node_.clock().unix_ms();
  const base::Locked progress(progress_);
  if (!*progress || (*progress)->state != State::claimed || lapsed(**progress, now_ms)) return {};
  return fail(Errc::aborted,
              fmt::format("{} provisions this node just now; ask again when it is finished",
                          (*progress)->owner));
}

Status ProvisionAgent::begin_anew() {
  const base::Locked progress(progress_);
  Progress next;
  if (*progress) {
    next = **progress;
    begin_again(next);
  } else {
    // The last number given out is not known; counted from the clock, no earlier one can be as
    // large.
    next.fence = node_.clock().unix_ms() / base::kMsPerSecond;
    (void)base::put_aside(
        file_, {"node's progress", "the workflow begins anew", progress->error().message},
        node_.clock().unix_ms());
  }
  return save(*progress, std::move(next));
}

Status ProvisionAgent::save(Result<Progress>& progress, Progress next) {
  MUSTER_TRY(save_progress(file_, next));
  progress = std::move(next);
  return {};
}

Status ProvisionAgent::check_fence_of(const Result<Progress>& progress,
                                      const ActionRequest& request) const {
  if (!progress) return fail(progress.error());
  if (!request.data.contains("fence") || !request.data.at("fence").is_number_integer())
    return fail(Errc::missing_data,
                fmt::format("provision#{} needs the fence that claim gave", request.action));
  return check_fence(*progress, request.caller, request.data.at("fence"), node_.clock().unix_ms());
}

Result<Value> ProvisionAgent::change(const ActionRequest& request, Change apply) {
  const base::Locked progress(progress_);
  if (!*progress) return fail(progress->error());
  if (request.action != "claim") MUSTER_TRY(check_fence_of(*progress, request));
  auto next = **progress;
  MUSTER_TRY(note_done(request.data, next));
  MUSTER_ASSIGN(auto data, (this->*apply)(request, next));
  const bool moved = next.state != (*progress)->state;
  MUSTER_TRY(save(*progress, std::move(next)));
  if (moved) node_.presence_changed();
  return data;
}

Result<Value> ProvisionAgent::step(const ActionRequest& request, Step work) {
  const std::unique_lock working(step_mutex_, request.deadline - kReplyReserve);
  if (!working)
    return fail(
        Errc::timeout,
        fmt::format("another step still works on this node; {} was not begun", request.action));
  {
    // Only now: while we waited, the lease may have gone to somebody else.
    const base::Locked progress(progress_);
    MUSTER_TRY(check_fence_of(*progress, request));
    auto next = **progress;
    MUSTER_ASSIGN(const bool news, note_done(request.data, next));
    if (news) MUSTER_TRY(save(*progress, std::move(next)));
  }
  return (this->*work)(request);
}

// Until there is a certificate, masters may be at what the one that left has asked of them, which only its lease's end bounds.
Result<Value> ProvisionAgent::claim_lease(const ActionRequest& request, Progress& next) {
  const auto now_ms = node_.clock().unix_ms();
  const PuppetSsl ssl(node_.puppet().ssldir, node_.identity());
  auto instead_of = request.data.value("instead_of", std::int64_t{0});
  if (instead_of > 0 && certificate_state(ssl, node_.identity(), now_ms).word != "valid")
    instead_of = 0;
  MUSTER_TRY(claim(next, request.caller, request.data.at("workflow"), lease_s(request.data), now_ms,
                   instead_of));
  return Value{{"fence", next.fence},
               {"state", name_of(next.state)},
               {"progress", next.told.to_value()},
               {"attempts", next.attempts},
               {"replaces_until_ms", replaces_until_ms(next, now_ms)},
               {"lease_expires_at_ms", next.lease_expires_at_ms}};
}

Result<Value> ProvisionAgent::renew_lease(const ActionRequest& request, Progress& next) {
  MUSTER_TRY(renew(next, lease_s(request.data), node_.clock().unix_ms()));
  return Value{{"lease_expires_at_ms", next.lease_expires_at_ms}};
}

Result<Value> ProvisionAgent::release_lease(const ActionRequest& request, Progress& next) {
  const bool failed = request.data.at("state") == name_of(State::failed);
  release(next, failed ? State::failed : State::waiting, request.data.value("error", ""));
  return Value{{"state", name_of(next.state)}};
}

Result<Value> ProvisionAgent::finish_all(const ActionRequest&, Progress& next) {
  finish(next, node_.clock().unix_ms());
  return Value{{"finished_at_ms", next.finished_at_ms}};
}

Result<Value> ProvisionAgent::point_puppet_host(const ActionRequest& request) {
  return set_puppet_host(node_, request.data);
}

Result<Value> ProvisionAgent::request_own_certificate(const ActionRequest& request) {
  return request_certificate(node_, clients_, request.data.at("ca_pem"),
                             request.deadline - kReplyReserve);
}

Result<Value> ProvisionAgent::fetch_own_certificate(const ActionRequest& request) {
  auto fetched = fetch_certificate(node_, clients_, request.data.at("ca_pem"),
                                   request.deadline - kReplyReserve);
  if (fetched) clients_.clear();  // the last that a node wants of the CA
  return fetched;
}

Result<Value> ProvisionAgent::enter_collective(const ActionRequest&) {
  const PuppetSsl ssl(node_.puppet().ssldir, node_.identity());
  const auto state = certificate_state(ssl, node_.identity(), node_.clock().unix_ms());
  if (state.word != "valid")
    return fail(Errc::aborted, fmt::format("{} is {}; fetch the certificate first",
                                           ssl.certificate_path().string(), state.word));
  node_.enter_collective();
  return Value{{"identity", node_.identity()}};
}

// Running, or well done: asking for it once more is a repetition, perhaps by another orchestrator.
bool ProvisionAgent::still_stands(const StepRun& run) const {
  if (run.job.empty()) return false;
  const auto job = node_.jobs().status(run.job);
  return job && (job->state == JobState::running ||
                 (job->state == JobState::finished && puppet::run_succeeded(job->exit_code)));
}

std::pair<StepRun, std::int64_t> ProvisionAgent::latest_run(const std::string& step) {
  const base::Locked progress(progress_);
  const auto known = (*progress)->runs.find(step);
  return {known == (*progress)->runs.end() ? StepRun() : known->second, (*progress)->round};
}

Status ProvisionAgent::remember(const ActionRequest& request, const std::string& step,
                                const StepRun& run) {
  const base::Locked progress(progress_);
  MUSTER_TRY(check_fence_of(*progress, request));
  auto next = **progress;
  next.runs[step] = run;
  return save(*progress, std::move(next));
}

Result<Value> ProvisionAgent::run(const ActionRequest& request) {
  const std::string name = request.data.at("step");
  auto [latest, round] = latest_run(name);
  if (still_stands(latest)) return Value{{"job", latest.job}};
  puppet::RunOptions options;
  options.environment = request.data.value("environment", "");
  options.at_server_url = true;
  // Round and count in the key: a crash between start and save finds the same job again.
  options.key = fmt::format("provision/{}/{}/{}", round, name, ++latest.starts);
  MUSTER_ASSIGN(const auto spec, puppet::run_spec(node_, options));
  MUSTER_ASSIGN(const auto job, node_.jobs().start(spec));
  latest.job = job.id;
  MUSTER_TRY(remember(request, name, latest));
  return Value{{"job", job.id}};
}

// Which boot is to end stands on the disk before anything is done, so that whoever asks afterwards is told whether it has. A failure is
// told once; who asks again then has it tried again.
Result<Value> ProvisionAgent::reboot(const ActionRequest& request) {
  const std::string name = request.data.at("step");
  const auto now = node_.boot_id();
  if (now.empty()) return fail(Errc::aborted, "this machine does not say which boot it is in");
  auto [latest, round] = latest_run(name);
  if (!latest.boot_id.empty() && latest.boot_id != now)
    return Value{{"rebooted", true}, {"boot_id", now}};
  if (latest.boot_id.empty()) {
    latest.boot_id = now;
    ++latest.starts;
    MUSTER_TRY(remember(request, name, latest));
  }
  const auto begun =
      begin_reboot(node_, fmt::format("provision/{}/{}/{}", round, name, latest.starts));
  if (begun) return Value{{"rebooted", false}, {"boot_id", now}};
  latest.boot_id.clear();
  MUSTER_TRY(remember(request, name, latest));
  return fail(begun.error());
}

}  // namespace muster::plugins::provision
