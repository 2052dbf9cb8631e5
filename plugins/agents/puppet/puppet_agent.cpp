#include "plugins/agents/puppet/puppet_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/agents/puppet/catalog.hpp"
#include "plugins/agents/puppet/last_run.hpp"
#include "plugins/agents/puppet/puppet_run.hpp"
#include "plugins/agents/puppet/puppet_state.hpp"
#include "plugins/agents/puppet/puppet_status.hpp"
#include "plugins/agents/puppet/report.hpp"
#include "plugins/agents/puppet/resource.hpp"
#include "plugins/api/job_reply.hpp"
#include "plugins/puppet/exit_code.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/text.hpp"

namespace muster::plugins::puppet {
namespace {

// Left of the caller's patience for the reply itself.
constexpr std::chrono::milliseconds kReplyReserve{500};

std::optional<bool> choice(const Value& data, const char* key) {
  if (!data.contains(key) || data.at(key).is_null()) return std::nullopt;
  return data.at(key).get<bool>();
}

// How long a run waits at most before it begins.
Result<std::chrono::seconds> splay_of(const Value& data) {
  const bool splay = choice(data, "splay").value_or(false);
  if (!splay && data.contains("splaylimit"))
    return fail(Errc::invalid_data, "splaylimit belongs to a run with splay=true");
  if (!splay) return std::chrono::seconds(0);
  if (choice(data, "force").value_or(false))
    return fail(Errc::invalid_data, "force and splay exclude each other");
  const std::chrono::seconds limit(data.value("splaylimit", kSplayLimitDefault.count()));
  if (limit.count() < 1 || limit > kSplayLimitMax)
    return fail(Errc::invalid_data, fmt::format("splaylimit must be 1 to {} seconds, not {}",
                                                kSplayLimitMax.count(), limit.count()));
  return limit;
}

Result<RunOptions> options_of(const Value& data) {
  RunOptions options;
  options.environment = data.value("environment", "");
  options.server = data.value("server", "");
  options.tags = data.value("tags", "");
  options.skip_tags = data.value("skip_tags", "");
  options.noop = choice(data, "noop");
  options.use_cached_catalog = choice(data, "use_cached_catalog");
  options.ignoreschedules = choice(data, "ignoreschedules").value_or(false);
  MUSTER_ASSIGN(options.splay, splay_of(data));
  return options;
}

// For a Puppet that is disabled without a reason.
std::string why_of(const ActionRequest& request, const base::Clock& clock) {
  constexpr std::size_t kToTheMinute = 16;  // of "2026-11-21T06:13:13.250Z"
  auto when = base::iso8601(clock.unix_ms()).substr(0, kToTheMinute);
  std::replace(when.begin(), when.end(), 'T', ' ');
  return fmt::format("Disabled through Muster by {} at {} UTC", request.caller, when);
}

}  // namespace

ActionReply PuppetAgent::handle(const ActionRequest& request) {
  const auto& data = request.data;
  const auto& action = request.action;
  if (action == "job")
    return job_reply(node_.jobs(), kPuppetJob, data.at("job"),
                     data.value("offset", std::int64_t{0}));
  auto reply = [&]() -> Result<ActionReply> {
    if (action == "runonce") return run_once(request);
    if (action == "status") return ActionReply::ok(status_reply(node_));
    if (action == "last_run_summary") return summary(data.value("logs", false));
    if (action == "enable") return set_enabled(true, "");
    if (action == "disable")
      return set_enabled(false, data.value("message", why_of(request, node_.clock())));
    if (action == "resource") return resource(request);
    return fail(Errc::unknown_action, fmt::format("puppet has no action '{}'", action));
  }();
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

Result<ActionReply> PuppetAgent::run_once(const ActionRequest& request) {
  const auto& data = request.data;
  if (const auto pid = applying_pid(node_.puppet()))
    return fail(Errc::aborted,
                fmt::format("Puppet is already running on this node, as process {}", *pid));
  MUSTER_ASSIGN(const auto options, options_of(data));
  MUSTER_ASSIGN(const auto spec, run_spec(node_, options));
  MUSTER_ASSIGN(auto job, node_.jobs().start(spec));
  const auto wait_s =
      std::clamp<std::int64_t>(data.value("wait_s", std::int64_t{0}), 0, kWaitMaxSeconds);
  if (wait_s > 0) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(wait_s);
    if (auto ended =
            node_.jobs().wait(job.id, std::min(patience, request.deadline - kReplyReserve)))
      job = std::move(*ended);
  }
  Value reply{{"job", job.id},
              {"state", name_of(job.state)},
              {"initiated_at", job.started_at_ms / base::kMsPerSecond},
              {"summary", fmt::format("Started a Puppet run using the '{}' command",
                                      fmt::join(spec.argv, " "))}};
  if (job.state == JobState::running) return ActionReply::ok(std::move(reply));
  reply["last_lines"] = last_lines(node_.jobs(), job);
  if (job.state == JobState::lost) return ActionReply{1, "the run was lost", std::move(reply)};
  reply["exit_code"] = job.exit_code;
  if (const auto good = check_exit_code(job.exit_code); !good)
    return ActionReply{1, good.error().message, std::move(reply)};
  return ActionReply::ok(std::move(reply));
}

Result<ActionReply> PuppetAgent::summary(bool with_logs) const {
  MUSTER_ASSIGN(const auto summary, last_run_summary(node_.puppet()));
  auto data = summary_reply(summary, node_.clock().unix_ms() / base::kMsPerSecond);
  data["type_distribution"] = type_distribution(node_.puppet());
  if (with_logs) {
    MUSTER_ASSIGN(data["logs"], last_run_logs(node_.puppet()));
  }
  return ActionReply::ok(std::move(data));
}

Result<ActionReply> PuppetAgent::set_enabled(bool enabled, const std::string& message) {
  const bool was = !disabled_message(node_.puppet());
  MUSTER_TRY(enabled ? enable(node_.puppet()) : disable(node_.puppet(), message));
  const auto word = [](bool on) { return on ? "enabled" : "disabled"; };
  return ActionReply::ok({{"was", word(was)}, {"status", word(enabled)}, {"enabled", enabled}});
}

Result<ActionReply> PuppetAgent::resource(const ActionRequest& request) {
  const auto& data = request.data;
  const auto type = base::lower(data.at("type").get_ref<const std::string&>());
  const auto& name = data.at("name").get_ref<const std::string&>();
  const auto reference = fmt::format("{}[{}]", type, name);
  MUSTER_ASSIGN(const bool managed, manages(node_.puppet(), reference));
  if (managed)
    return fail(Errc::aborted, fmt::format("Puppet manages {} on this node already; the next run "
                                           "would undo the change",
                                           reference));
  MUSTER_ASSIGN(const auto manifest, manifest_of(type, name, data.value("properties", Value())));
  MUSTER_ASSIGN(auto spec, resource_spec(node_, manifest, data.value("environment", "")));
  spec.title = reference;
  MUSTER_ASSIGN(const auto job, run_job(node_.jobs(), spec, request.deadline - kReplyReserve));
  if (job.state == JobState::running)
    return fail(Errc::aborted, fmt::format("Puppet is still at it, as job {}", job.id));
  const auto said = last_lines(node_.jobs(), job);
  if (job.state == JobState::lost) return fail(Errc::aborted, "the run was lost:\n" + said);
  if (!run_succeeded(job.exit_code))
    return fail(Errc::aborted,
                fmt::format("{} failed with exit code {}:\n{}", reference, job.exit_code, said));
  return ActionReply::ok({{"changed", run_changed(job.exit_code)}, {"result", said}});
}

}  // namespace muster::plugins::puppet
