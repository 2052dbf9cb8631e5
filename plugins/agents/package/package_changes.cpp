// What changes packages, all of it as jobs: they outlive the caller's patience and the agent.
#include <fmt/format.h>

#include "plugins/agents/package/package_agent.hpp"
#include "plugins/agents/package/package_reply.hpp"
#include "plugins/api/job_reply.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::package {
namespace {

using packages::Change;
using packages::PackageState;

constexpr std::chrono::milliseconds kReplyReserve{1'000};

bool is_so_already(Change change, const PackageState& state, const std::string& version) {
  switch (change) {
    case Change::install:
      return state.installed() && !state.broken && (version.empty() || state.has_version(version));
    case Change::update:
      return !version.empty() && !state.broken && state.has_version(version);
    case Change::uninstall:
      return !state.installed();
    case Change::purge:
      return state.ensure == "purged";
  }
  return false;
}

bool is_so_now(Change change, const PackageState& state, const std::string& version) {
  const bool there = change == Change::install || change == Change::update;
  if (!there) return !state.installed();
  return state.installed() && !state.broken && (version.empty() || state.has_version(version));
}

}  // namespace

Result<JobStatus> PackageAgent::run_to_end(const ActionRequest& request,
                                           const packages::Command& command) {
  JobSpec spec;
  spec.kind = kJobKind;
  spec.title = request.action;
  if (const auto package = request.data.value("package", ""); !package.empty())
    spec.title += " " + package;
  spec.argv = command.argv;
  spec.environment = command.environment;
  spec.timeout = kChangeTimeout;
  MUSTER_ASSIGN(auto job, run_job(node_.jobs(), spec, request.deadline - kReplyReserve));
  const auto program = command.argv[0].substr(command.argv[0].rfind('/') + 1);
  if (job.state == JobState::running)
    return fail(Errc::aborted,
                fmt::format("{} still runs, as job {}: it is not ended half-way; action job says "
                            "what it comes to",
                            program, job.id));
  const auto said = last_lines(node_.jobs(), job);
  if (job.state == JobState::lost)
    return fail(Errc::aborted, fmt::format("{} was lost: {}", program, said));
  if (job.exit_code == 0) return job;
  const auto reason = provider_->reason_in(said);
  return fail(Errc::aborted, fmt::format("{} ended with exit code {}: {}", program, job.exit_code,
                                         reason.empty() ? said : reason));
}

Result<ActionReply> PackageAgent::change(const ActionRequest& request, Change change) {
  MUSTER_ASSIGN(const auto package, package_in(request.data));
  MUSTER_ASSIGN(const auto version, version_in(request.data));
  MUSTER_ASSIGN(const auto before, provider_->state(package, request.deadline));
  if (is_so_already(change, before, version))
    return ActionReply::ok(reply_of(before, provider_->name()));
  if (change == Change::update && !before.installed())
    return fail(Errc::aborted, fmt::format("{} is not installed here; action install installs it",
                                           base::quoted(package)));
  if (change == Change::install) MUSTER_TRY(provider_->check_known(package, request.deadline));
  MUSTER_ASSIGN(const auto job, run_to_end(request, provider_->change(change, package, version)));
  MUSTER_ASSIGN(const auto after, provider_->state(package, request.deadline));
  auto data = reply_of(after, provider_->name());
  data["job"] = job.id;
  data["output"] = last_lines(node_.jobs(), job);
  data["changed"] = before.ensure != after.ensure || before.broken != after.broken;
  if (is_so_now(change, after, version)) return ActionReply::ok(std::move(data));
  return ActionReply{
      1,
      fmt::format("the package manager reported success, and {} is {}{}", base::quoted(package),
                  after.ensure, after.broken ? ", half installed" : ""),
      std::move(data)};
}

Result<ActionReply> PackageAgent::run(const ActionRequest& request,
                                      const packages::Command& command) {
  MUSTER_ASSIGN(const auto job, run_to_end(request, command));
  return ActionReply::ok(
      {{"output", last_lines(node_.jobs(), job)}, {"exitcode", job.exit_code}, {"job", job.id}});
}

}  // namespace muster::plugins::package
