#include "orchestrator/cli/step_approval.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

// Of one who may be asked: the only one that waits, else it must be named.
Result<client::StepWait> step_that_waits(const client::Record& record, const std::string& named) {
  std::vector<std::string> waiting;
  for (const auto& wait : record.waits) {
    if (wait.group.empty() || !wait.by.empty()) continue;
    if (wait.step == named) return wait;
    waiting.push_back(wait.step);
  }
  if (waiting.size() == 1 && named.empty()) return step_that_waits(record, waiting.front());
  return fail(Errc::not_found,
              waiting.empty() ? fmt::format("no step of {} waits for approval", record.identity)
                              : fmt::format("say with --step which: {} waits for approval in {}",
                                            record.identity, fmt::join(waiting, ", ")));
}

Status check_step_meant(const CommonOptions& common, const client::Record& record,
                        const client::StepWait& wait) {
  if (!can_ask(common.json))
    return fail(Errc::config, fmt::format("nobody can be asked here: say --step {}", wait.step));
  if (agreed(fmt::format("{} waits in step {} for the approval of one of {}. May it go on? [y/N] ",
                         record.identity, render::one_line(wait.step),
                         render::one_line(wait.group))))
    return {};
  return fail(Errc::aborted, "not approved; it goes on waiting");
}

}  // namespace

bool waits_in_a_step(const client::Record& record) {
  return std::any_of(record.waits.begin(), record.waits.end(), [](const client::StepWait& wait) {
    return !wait.group.empty() && wait.by.empty();
  });
}

Result<ExitCode> approve_step(const CommonOptions& common, const client::Record& record,
                              const std::string& step) {
  MUSTER_ASSIGN(const auto wait, step_that_waits(record, step));
  if (step.empty()) MUSTER_TRY(check_step_meant(common, record, wait));
  return ask_and_show(
      common,
      {.action = "provision_approve_step",
       .arguments = {{"node", record.identity}, {"step", wait.step}, {"run", record.run_id}}},
      [&](const client::ControlAnswer&) {
        return fmt::format("{} may go on after {}\n", record.identity, render::one_line(wait.step));
      });
}

}  // namespace muster::cli
