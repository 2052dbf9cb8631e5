#include "orchestrator/provision/run/taking_over.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run/wanted.hpp"
#include "orchestrator/workflow/check_wait.hpp"
#include "orchestrator/workflow/known_names.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/progress/progress.hpp"

namespace muster::provision {
namespace {

using progress::Progress;

// By what the node does not know: an operator said "again", or it was installed anew. Then its fences may count anew, and in the
// run of before they would be stale. Each lease has a higher one than that before it, so an equal one counts anew as well.
bool has_begun_anew(const RunState& run, const Value& granted, const Progress& told) {
  const auto& before = run.node.before;
  if (!before || told.run_id == run.record->run_id) return false;
  const bool first = client::number_at(granted, "attempts") == 1;
  return (first && before->state != "running") ||
         client::number_at(granted, "fence") <= before->fence;
}

// Something was done with the master besides choosing it.
bool has_begun_there(const RunState& run, const Progress& told) {
  const auto& steps = run.workflow.steps;
  const auto gives = std::find_if(steps.begin(), steps.end(), [](const workflow::Step& step) {
    return workflow::kind_of(step.kind).gives_master;
  });
  return gives != steps.end() &&
         std::any_of(gives + 1, steps.end(), [&](const workflow::Step& later) {
           return told.finished.contains(later.name);
         });
}

// The name of the master is the node's word. One that is gone or ill cannot be gone on with, nor one that is retired before
// anything was done there: begin again, which idempotent steps allow.
loop::Task<bool> can_go_on_with(RunState& run, Progress told) {
  if (told.master.empty()) co_return true;
  auto asked = run.world.candidates();
  const auto candidates = co_await asked;
  const auto serves =
      std::find_if(candidates.begin(), candidates.end(), [&](const MasterCandidate& candidate) {
        return candidate.identity == told.master && candidate.healthy &&
               (candidate.retired_by.empty() || has_begun_there(run, told)) &&
               candidate.may_issue(run.node.identity);
      });
  co_return serves != candidates.end() && run.use_master(*serves).has_value();
}

bool reads_any(const workflow::Step& step, const std::string& begin) {
  const auto names = workflow::names_read_by(step);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.starts_with(begin); });
}

// Whether a step that is still to come needs what this one learnt.
bool feeds_later(const RunState& run, std::size_t step) {
  const auto& steps = run.workflow.steps;
  const auto replies = fmt::format("{}{}.", workflow::kSteps, steps[step].name);
  return std::any_of(steps.begin() + static_cast<std::ptrdiff_t>(step) + 1, steps.end(),
                     [&](const workflow::Step& later) {
                       return may_be_wanted(run, later) &&
                              !run.record->finished.contains(later.name) &&
                              reads_any(later, replies);
                     });
}

// By its own word.
std::string workflow_of(const RunState& run, const Progress& told) {
  const bool in_one = !run.node.anew && !told.finished.empty() && !told.workflow_hash.empty();
  if (in_one) return told.workflow_hash;
  return run.node.present.empty() ? run.workflow.hash : run.node.present;
}

Status is_in_ours(RunState& run, const Progress& told) {
  const auto hash = workflow_of(run, told);
  if (hash == run.workflow.hash) return {};
  const auto had = run.node.has_workflow ? run.node.has_workflow(hash)
                                         : fail(Errc::unavailable, "it is not known here");
  if (had) {
    run.other_workflow = hash;
    return fail(Errc::aborted, "it is in the workflow " + hash);
  }
  if (had.error().code == Errc::refused) return fail(had.error());
  run.record.stay_in(told);
  return fail(Errc::unavailable,
              fmt::format("it began with another text of the workflow {} ({:.12}), which cannot be "
                          "had: {}. 'muster provision again {}' begins with the present one",
                          told.workflow, hash, had.error().message, run.node.identity));
}

// Whether people have approved it is not the node's to say: the record holds that.
bool counts_by_its_word(RunState& run, const workflow::Step& step) {
  if (!workflow::waits_for_approval(step)) return true;
  const auto* wait = run.record.wait_of(step.name);
  return wait != nullptr && !wait->by.empty() &&
         step.arguments.at("approval").get<std::string>() == wait->group;
}

void count_finished(RunState& run, const Progress& told) {
  const auto& steps = run.workflow.steps;
  for (const auto& step : steps)
    if (told.finished.contains(step.name) && counts_by_its_word(run, step))
      run.record->finished.insert(step.name);
  // What a finished step learnt is lost with the orchestrator that learnt it; if a later step needs
  // it, ask again.
  for (auto i = steps.size(); i-- > 1;)
    if (feeds_later(run, i)) run.record->finished.erase(steps[i].name);
}

}  // namespace

loop::Task<Status> take_over(RunState& run, Value granted) {
  const auto at = granted.find("progress");
  const auto told =
      at == granted.end() ? Progress() : Progress::from_value(*at).value_or(Progress());
  if (has_begun_anew(run, granted, told)) {
    run.record.begin_anew();
    run.record.open_step(run.workflow.steps.front().name);
  }
  // Also when it begins with the first step, as nothing of it is finished, or its master is gone.
  if (!run.node.anew) run.record.go_on_with(told);
  run.record.begin_under(client::number_at(granted, "fence"));
  MUSTER_CO_TRY(is_in_ours(run, told));
  run.line.has_news();
  bool goes_on = !run.node.anew && !told.finished.empty();
  if (goes_on) {
    auto asked = can_go_on_with(run, told);
    goes_on = co_await asked;
  }
  if (goes_on) count_finished(run, told);
  run.record.begin_after_all_that_is_known();
  co_return Status{};
}

}  // namespace muster::provision
