#include "plugins/agents/provision/reboot_step.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "plugins/api/job_reply.hpp"

namespace muster::plugins::provision {
namespace {

constexpr std::chrono::seconds kCommandTimeout{60};

Status check_job(Node& node, const JobStatus& job, const std::string& command) {
  if (job.state == JobState::running) return {};
  if (job.state == JobState::finished && job.exit_code != 0)
    return fail(Errc::aborted, fmt::format("{} ended with {}: {}", command, job.exit_code,
                                           last_lines(node.jobs(), job)));
  const std::chrono::milliseconds since(node.clock().unix_ms() -
                                        std::max(job.started_at_ms, job.finished_at_ms));
  if (since < kGoesDownWithin) return {};
  return fail(Errc::aborted, fmt::format("the machine is still up {} s after {}",
                                         kGoesDownWithin.count(), command));
}

}  // namespace

Status begin_reboot(Node& node, const std::string& key) {
  JobSpec spec;
  spec.argv = node.reboot_command();
  if (spec.argv.empty())
    return fail(
        Errc::refused,
        fmt::format("{} is not to be restarted: its agent.yaml has an empty 'reboot_command'",
                    node.identity()));
  const auto command = fmt::format("'{}'", fmt::join(spec.argv, " "));
  spec.kind = "reboot";
  spec.key = key;
  spec.title = command;
  spec.timeout = kCommandTimeout;
  MUSTER_ASSIGN(const auto job, node.jobs().start(spec));
  return check_job(node, job, command);
}

}  // namespace muster::plugins::provision
