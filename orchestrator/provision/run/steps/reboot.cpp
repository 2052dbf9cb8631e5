#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run/steps/steps.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRebootAskTimeout{4'000};  // the machine is away for most of the time
constexpr milliseconds kRebootAskEvery{2'000};

bool is_unanswered(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::expired;
}

bool is_done(const Value& told) {
  const auto at = told.find("rebooted");
  return at != told.end() && *at == true;
}

Error not_rebooted(const RunState& run, const workflow::Step& step, const std::string& boot_id) {
  const auto within = std::chrono::duration_cast<std::chrono::seconds>(step.timeout).count();
  return {
      Errc::timeout,
      boot_id.empty()
          ? fmt::format("{} has not come back within {} s of its reboot", run.node.identity, within)
          : fmt::format("{} was to reboot and is still in the same boot ({}) after {} s",
                        run.node.identity, boot_id, within)};
}

}  // namespace

// The node remembers which boot this step is to end, so that asking again, whoever does, restarts nothing twice.
loop::Task<Status> reboot(RunState& run, const workflow::Step& step) {
  std::string boot_id;  // as of the last answer; empty: there was none
  for (auto left = step.timeout; left.count() > 0;) {
    const auto asked_at_ms = run.world.unix_ms();
    auto asked = run.line.ask("provision", "reboot", Value{{"step", step.name}},
                              std::min(kRebootAskTimeout, left), NodeLine::Asked::briefly);
    const auto told = co_await asked;
    if (!told && !is_unanswered(told.error())) co_return fail(told.error());
    boot_id = told ? client::text_at(*told, "boot_id") : "";
    if (told && is_done(*told)) {
      run.note = "boot " + boot_id;
      co_return Status{};
    }
    auto slept = run.world.sleep(kRebootAskEvery);
    const bool goes_on = co_await slept;
    if (!goes_on)
      co_return fail(Errc::unavailable,
                     "the orchestrator is stopping; the node reboots without it");
    const milliseconds took(run.world.unix_ms() - asked_at_ms);  // whatever the clock did meanwhile
    left -= std::clamp(took, kRebootAskEvery, kRebootAskTimeout + kRebootAskEvery);
  }
  co_return fail(not_rebooted(run, step, boot_id));
}

}  // namespace muster::provision
