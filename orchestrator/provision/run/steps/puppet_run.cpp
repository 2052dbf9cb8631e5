#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run/steps/steps.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "plugins/puppet/exit_code.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

constexpr std::size_t kShownBytes = 4'000;  // of a run's output, while it runs
constexpr std::chrono::milliseconds kStartTimeout{20'000};
constexpr std::chrono::milliseconds kAskEvery{5'000};
constexpr std::chrono::milliseconds kAskTimeout{10'000};
constexpr int kUnansweredMax = 6;

// From the begin of a line, or at least of a character: half of one would make the record
// unreadable.
void keep_end(std::string& text) {
  if (text.size() <= kShownBytes) return;
  text.erase(0, text.size() - kShownBytes);
  const auto line = text.find('\n');
  if (line != std::string::npos && line + 1 < text.size()) {
    text.erase(0, line + 1);
    return;
  }
  const auto begin = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  });
  text.erase(text.begin(), begin);
}

// Keeps what it printed. Nothing: it still runs.
std::optional<Result<int>> look_at_job(RunState& run, const Value& status, std::int64_t& offset) {
  auto& shown = run.record->last_output;
  shown += client::text_at(status, "output");
  keep_end(shown);
  offset = client::number_at(status, "next_offset", offset);
  // More may have been written than one answer holds.
  if (const auto lines = client::text_at(status, "last_lines"); !lines.empty()) shown = lines;
  const auto state = client::text_at(status, "state");
  if (state == "lost")
    return fail(Errc::aborted, "the run is gone without an exit code: was the machine restarted?");
  if (state != "finished") return std::nullopt;
  return static_cast<int>(client::number_at(status, "exit_code", 1));
}

loop::Task<Result<int>> follow_job(RunState& run, const workflow::Step& step, std::string job) {
  const auto deadline = run.world.unix_ms() + step.timeout.count();
  std::int64_t offset = 0;
  int unanswered = 0;
  while (unanswered < kUnansweredMax && run.world.unix_ms() < deadline) {
    auto waited = run.world.wait_job(run.node.identity, job, kAskEvery);
    const bool goes_on = co_await waited;
    if (!goes_on)
      co_return fail(Errc::unavailable, "the orchestrator is stopping; the run goes on without it");
    Value wanted{{"job", job}, {"offset", offset}};
    auto asked =
        run.line.ask("provision", "job", std::move(wanted), kAskTimeout, NodeLine::Asked::briefly);
    const auto status = co_await asked;
    if (!status && status.error().code != Errc::unavailable) co_return fail(status.error());
    // The run may have restarted the network, or the agent that started it.
    unanswered = status ? 0 : unanswered + 1;
    if (!status) continue;
    if (const auto ended = look_at_job(run, *status, offset)) co_return *ended;
  }
  if (unanswered > 0)
    co_return fail(Errc::unavailable, fmt::format("{} does not answer any more; its run may go on",
                                                  run.node.identity));
  co_return fail(
      Errc::timeout,
      fmt::format("the run had not ended after {} s",
                  std::chrono::duration_cast<std::chrono::seconds>(step.timeout).count()));
}

}  // namespace

loop::Task<Status> puppet_run(RunState& run, const workflow::Step& step) {
  MUSTER_CO_ASSIGN(Value arguments, workflow::expand(step.arguments, run.values));
  // By this name the node gives back the run it has instead of starting another.
  arguments["step"] = step.name;
  run.record->last_output.clear();  // of another run, it would explain nothing
  auto asked = run.line.ask("provision", "run", std::move(arguments), kStartTimeout);
  MUSTER_CO_ASSIGN(const Value started, co_await asked);
  const auto job = client::text_at(started, "job");
  if (job.empty()) co_return fail(Errc::unknown, "provision#run gave no job id");
  auto followed = follow_job(run, step, job);
  MUSTER_CO_ASSIGN(const int exit_code, co_await followed);
  co_return plugins::puppet::check_exit_code(exit_code);
}

}  // namespace muster::provision
