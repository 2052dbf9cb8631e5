#include "orchestrator/provision/run/steps/wait_for_people.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

// Who cannot be told is not asked: the next time the run comes here it tries again.
loop::Task<Status> ask_people(RunState& run, const workflow::Step& step, std::string group) {
  const auto now_ms = run.world.unix_ms();
  run.record.begin_wait({step.name, std::move(group), now_ms, now_ms + step.timeout.count(), ""});
  auto telling = run.world.notify(question_of(*run.record, step.name));
  const auto told = co_await telling;
  if (told) co_return Status{};
  run.record.end_wait(step.name);
  co_return fail(Errc::unavailable, "nobody can be asked yet: " + told.error().message);
}

std::string span_text(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return seconds % 3600 == 0 ? fmt::format("{} h", seconds / 3600) : fmt::format("{} s", seconds);
}

}  // namespace

loop::Task<Status> wait_for_approval(RunState& run, const workflow::Step& step, std::string group) {
  // Another group's approval is not this one's.
  const auto* asked = run.record.wait_of(step.name);
  if (asked == nullptr || asked->group != group) {
    auto asking = ask_people(run, step, group);
    MUSTER_CO_TRY(co_await asking);
  }
  run.record.hear_approvals();
  const auto wait = *run.record.wait_of(step.name);
  if (!wait.by.empty()) {
    run.note = "approved by " + wait.by;
    co_return Status{};
  }
  if (run.world.unix_ms() >= wait.until_ms) {
    run.record.end_wait(step.name);
    co_return fail(Errc::refused, fmt::format("nobody of {} has approved it within {}", wait.group,
                                              span_text(step.timeout)));
  }
  co_return fail(Errc::unavailable,
                 fmt::format("waits for the approval of one of {}: 'muster provision approve {} "
                             "--step {}'",
                             wait.group, run.node.identity, step.name));
}

loop::Task<Status> wait_for_event(RunState& run, const workflow::Step& step, std::string type,
                                  std::string from) {
  MUSTER_CO_TRY(base::check_caller(from));
  if (run.record.wait_of(step.name) == nullptr)
    run.record.begin_wait({step.name, "", run.world.unix_ms(), 0, ""});
  const auto since_ms = run.record.wait_of(step.name)->since_ms;
  auto waiting = run.world.wait_event(type, from, since_ms, step.timeout);
  const auto heard = co_await waiting;
  if (heard || heard.error().code != Errc::timeout) co_return heard;
  co_return fail(Errc::unavailable, fmt::format("no event '{}' about {} within {}", type, from,
                                                span_text(step.timeout)));
}

}  // namespace muster::provision
