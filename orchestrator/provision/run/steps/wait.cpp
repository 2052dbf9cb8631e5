#include <fmt/format.h>

#include <chrono>
#include <string>

#include "orchestrator/provision/run/steps/steps.hpp"
#include "orchestrator/provision/run/steps/wait_for_people.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

loop::Task<Status> wait_for_time(RunState& run, milliseconds time) {
  auto slept = run.world.sleep(time);
  const bool goes_on = co_await slept;
  if (!goes_on) co_return fail(Errc::unavailable, "the orchestrator is stopping");
  co_return Status{};
}

loop::Task<Status> wait_for_node(RunState& run, std::string identity, milliseconds timeout) {
  auto coming = run.world.wait_member(identity, timeout);
  const auto came = co_await coming;
  if (came || came.error().code != Errc::timeout) co_return came;
  co_return fail(Errc::timeout,
                 fmt::format("{} was not online within {} s", identity, timeout.count() / 1000));
}

}  // namespace

loop::Task<Status> wait(RunState& run, const workflow::Step& step) {
  MUSTER_CO_ASSIGN(const Value until, workflow::expand(step.arguments, run.values));
  if (const auto seconds = until.find("seconds"); seconds != until.end()) {
    auto waiting = wait_for_time(run, std::chrono::seconds(seconds->get<std::int64_t>()));
    co_return co_await waiting;
  }
  if (until.contains("approval")) {
    auto waiting = wait_for_approval(run, step, until.at("approval").get<std::string>());
    co_return co_await waiting;
  }
  if (until.contains("event")) {
    const auto& from = until.at("from");
    if (!from.is_string()) co_return fail(Errc::config, "'from' is not the name of a node");
    auto waiting =
        wait_for_event(run, step, until.at("event").get<std::string>(), from.get<std::string>());
    co_return co_await waiting;
  }
  const auto& node = until.at("node");
  if (!node.is_string()) co_return fail(Errc::config, "'node' is not the name of a node");
  auto waiting = wait_for_node(run, node.get<std::string>(), step.timeout);
  co_return co_await waiting;
}

}  // namespace muster::provision
