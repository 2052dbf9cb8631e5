#include "plugins/agents/puppet/puppet_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/agents/puppet/last_run.hpp"
#include "plugins/agents/puppet/puppet_run.hpp"
#include "plugins/agents/puppet/puppet_state.hpp"
#include "plugins/api/job_reply.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
// Left of the caller's patience for the reply itself.
constexpr std::chrono::milliseconds kReplyReserve{500};

// "2 days 3 hours 12 minutes 5 seconds", as MCollective's puppet agent said it.
std::string duration(std::int64_t seconds) {
  struct Unit {
    const char* name;
    std::int64_t seconds;
  };
  std::string text;
  for (const auto& unit : {Unit{"day", 86400}, Unit{"hour", 3600}, Unit{"minute", 60}}) {
    const auto count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (count > 0) text += fmt::format("{} {}{} ", count, unit.name, count == 1 ? "" : "s");
  }
  return text + fmt::format("{} second{}", seconds, seconds == 1 ? "" : "s");
}

std::string_view word_for(bool enabled, bool applying, bool daemon) {
  if (!enabled) return "disabled";
  if (applying) return "applying a catalog";
  return daemon ? "idling" : "stopped";
}

}  // namespace

ActionReply PuppetAgent::handle(const ActionRequest& request) {
  const auto& data = request.data;
  const auto& action = request.action;
  if (action == "job")
    return job_reply(node_.jobs(), data.at("job"), data.value("offset", std::int64_t{0}));
  auto reply = [&]() -> Result<ActionReply> {
    if (action == "runonce") return run_once(request);
    if (action == "status") return status();
    if (action == "last_run_summary") return summary();
    if (action == "enable") return set_enabled(true, "");
    if (action == "disable") return set_enabled(false, data.value("message", ""));
    return fail(Errc::unknown_action, fmt::format("puppet has no action '{}'", action));
  }();
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

Result<ActionReply> PuppetAgent::run_once(const ActionRequest& request) {
  const auto& data = request.data;
  if (const auto pid = applying_pid(node_.puppet()))
    return fail(Errc::aborted,
                fmt::format("Puppet is already running on this node, as process {}", *pid));
  RunOptions options;
  options.environment = data.value("environment", "");
  options.tags = data.value("tags", "");
  options.noop = data.value("noop", false);
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
  Value reply{{"job", job.id}, {"state", name_of(job.state)}};
  if (job.state == JobState::running) return ActionReply::ok(std::move(reply));
  reply["last_lines"] = last_lines(node_.jobs(), job);
  if (job.state == JobState::lost) return ActionReply{1, "the run was lost", std::move(reply)};
  reply["exit_code"] = job.exit_code;
  if (succeeded(job.exit_code)) return ActionReply::ok(std::move(reply));
  return ActionReply{1, fmt::format("Puppet ended with exit code {}", job.exit_code),
                     std::move(reply)};
}

Result<ActionReply> PuppetAgent::status() const {
  const auto why_disabled = disabled_message(node_.puppet());
  const bool applying = applying_pid(node_.puppet()).has_value();
  const bool daemon = daemon_pid().has_value();
  const auto last = last_run_s(node_.puppet());
  const auto since = last == 0 ? -1 : node_.clock().unix_ms() / kMsPerSecond - last;
  const auto word = word_for(!why_disabled, applying, daemon);
  const auto message = last == 0 ? fmt::format("Currently {}; no run has completed yet", word)
                                 : fmt::format("Currently {}; last completed run {} ago", word,
                                               duration(std::max<std::int64_t>(since, 0)));
  return ActionReply::ok({{"enabled", !why_disabled},
                          {"disable_message", why_disabled.value_or("")},
                          {"applying", applying},
                          {"idling", daemon && !applying},
                          {"daemon_present", daemon},
                          {"lastrun", last},
                          {"since_lastrun", since},
                          {"status", word},
                          {"message", message}});
}

Result<ActionReply> PuppetAgent::summary() const {
  MUSTER_ASSIGN(const auto summary, last_run_summary(node_.puppet()));
  return ActionReply::ok(summary_reply(summary, node_.clock().unix_ms() / kMsPerSecond));
}

Result<ActionReply> PuppetAgent::set_enabled(bool enabled, const std::string& message) {
  const bool was = !disabled_message(node_.puppet());
  MUSTER_TRY(enabled ? enable(node_.puppet()) : disable(node_.puppet(), message));
  const auto word = [](bool on) { return on ? "enabled" : "disabled"; };
  return ActionReply::ok({{"was", word(was)}, {"status", word(enabled)}});
}

}  // namespace muster::plugins::puppet
