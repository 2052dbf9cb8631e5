#include "orchestrator/provision/run/steps/all_masters.hpp"
#include "orchestrator/provision/run/steps/call_others.hpp"
#include "orchestrator/provision/run/steps/steps.hpp"
#include "orchestrator/provision/run/whose_fault.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using workflow::Scope;

loop::Task<Status> call_all_masters(RunState& run, const workflow::Step& step, Value arguments) {
  Question question{step.agent, step.action, std::move(arguments), step.timeout};
  auto asked = ask_all_masters(run, std::move(question));
  MUSTER_CO_ASSIGN(const auto said, co_await asked);
  if (!said.left_out.empty()) run.note = "left out: " + said.left_out_text();
  co_return Status{};
}

loop::Task<Result<Value>> ask_master(RunState& run, Question question) {
  const auto cut_off = run.world.times_cut_off();
  auto asked = run.world.call(run.record->master, std::nullopt, std::move(question));
  auto reply = co_await asked;
  if (!reply) co_return fail(of_a_master(run, reply.error(), cut_off));
  co_return reply;
}

}  // namespace

loop::Task<Status> call(RunState& run, const workflow::Step& step) {
  MUSTER_CO_ASSIGN(Value arguments, workflow::expand(step.arguments, run.values));
  if (step.scope == Scope::all_masters) {
    auto asked = call_all_masters(run, step, std::move(arguments));
    co_return co_await asked;
  }
  if (step.scope == Scope::others) {
    auto asked = call_others(run, step, std::move(arguments));
    co_return co_await asked;
  }
  Question question{step.agent, step.action, arguments, step.timeout};
  auto asked = step.scope == Scope::node
                   ? run.line.ask(step.agent, step.action, std::move(arguments), step.timeout)
                   : ask_master(run, std::move(question));
  const auto reply = co_await asked;
  if (!reply) co_return fail(reply.error());
  run.keep(step, *reply);
  co_return Status{};
}

}  // namespace muster::provision
