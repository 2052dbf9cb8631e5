#include "tests/sim/faults/effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace muster::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSlowBy{3'000};
constexpr milliseconds kWriteTakes{5};
constexpr std::chrono::minutes kHangs{20};
constexpr milliseconds kUnevenMost{100'000};
constexpr std::chrono::seconds kAskedAgainAfter{1};
constexpr double kLostShare = 0.5;  // of what the broker retains
constexpr milliseconds kCaSlowBy{12'000};
constexpr double kClockOffLeastMs = 1'000;
constexpr double kClockOffMostTimes = 3'600;  // that
constexpr double kWakingsMost = 60;           // of an orchestrator, before it crashes

}  // namespace

std::vector<Effect> effects_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::broker_crashes:
    case FaultKind::broker_forgets:
      return {Effect::broker_down};
    case FaultKind::cable_cut:
      return {Effect::up_cut, Effect::down_cut};
    case FaultKind::cable_cut_up:
      return {Effect::up_cut};
    case FaultKind::cable_cut_down:
      return {Effect::down_cut};
    case FaultKind::machine_off:
    case FaultKind::reinstalled:
      return {Effect::machine_off};
    case FaultKind::orchestrator_killed:
      return {Effect::killed};
    case FaultKind::orchestrator_stopped:
      return {Effect::stopped};
    case FaultKind::ca_stopped:
      return {Effect::ca_stopped};
    case FaultKind::disk_slow:
      return {Effect::disk_slow};
    case FaultKind::link_slow:
      return {Effect::link_slow};
    case FaultKind::broker_repeats:
      return {Effect::broker_repeats};
    case FaultKind::ca_refuses:
      return {Effect::ca_refuses};
    case FaultKind::runs_fail:
      return {Effect::runs_fail};
    case FaultKind::runs_hang:
      return {Effect::runs_hang};
    case FaultKind::runs_end_agent:
      return {Effect::runs_end_agent};
    case FaultKind::disk_full:
      return {Effect::disk_full};
    case FaultKind::power_fails:
      return {Effect::power_fails};
    case FaultKind::twin:
      return {Effect::twin};
    case FaultKind::clock_wrong:
      return {Effect::clock_wrong};
    case FaultKind::ca_slow:
      return {Effect::ca_slow};
    case FaultKind::orchestrator_crashes:
      return {Effect::crashes};
    case FaultKind::orchestrator_power_fails:
      return {Effect::orchestrator_power_fails};
    case FaultKind::ca_uneven:
      return {Effect::ca_uneven};
    case FaultKind::master_retired:
      return {Effect::retired};
    case FaultKind::orchestrator_leaves:
      return {Effect::leaves};
    case FaultKind::all_go_down:  // see FaultPlayer
    case FaultKind::retained_lost:
      break;
  }
  return {};
}

Effects::~Effects() = default;

void Effects::befall(FaultKind kind, std::size_t whom) {
  if (kind == FaultKind::broker_forgets) forgets_ = true;
  if (kind == FaultKind::retained_lost) lose_retained();
  if (kind != FaultKind::reinstalled) return;
  auto& machine = *stage_.machines[whom];
  if (machine.is_on()) machine.switch_off();
  machine.reinstall();
}

void Effects::put(Effect effect, std::size_t whom, bool is_on) {
  switch (effect) {
    case Effect::broker_down:
      return set_broker(is_on);
    case Effect::broker_repeats:
      return stage_.around.broker.repeat(is_on);
    case Effect::up_cut:
    case Effect::down_cut:
    case Effect::link_slow:
      return set_cable(whom, effect, is_on);
    case Effect::machine_off:
      return set_machine(whom, is_on);
    case Effect::killed:
      return set_killed(whom, is_on);
    case Effect::stopped:
      return stage_.orchestrators[whom]->stop(is_on);
    case Effect::ca_stopped:
      return stage_.cas[whom]->stop(is_on);
    case Effect::ca_refuses:
      return stage_.cas[whom]->refuse(is_on);
    case Effect::disk_slow:
    case Effect::disk_full:
    case Effect::ca_slow:
      return set_disk(whom, effect, is_on);
    case Effect::runs_fail:
    case Effect::runs_hang:
    case Effect::runs_end_agent:
      return set_runs(whom, effect, is_on);
    case Effect::power_fails: {
      auto& machine = *stage_.machines[whom];
      const auto drawn = drawn_power();
      machine.power_fails(is_on ? std::optional(drawn) : std::nullopt);
      // It is off since its power failed, unless a fault keeps it so.
      if (!is_on && machine.has_been_on() && !off_[whom]) set_machine(whom, false);
      return;
    }
    case Effect::twin:
      return set_twin(whom, is_on);
    case Effect::clock_wrong:
      return set_clock(whom, is_on);
    case Effect::crashes:
      return set_crash(whom, is_on);
    case Effect::orchestrator_power_fails:
      return set_orchestrator_power(whom, is_on);
    case Effect::ca_uneven:
      stage_.machines[whom]->disk().uneven_most = is_on ? kUnevenMost : milliseconds(0);
      return;
    case Effect::retired:
      return set_retired(whom, is_on);
    case Effect::leaves:
      return set_leaving(whom, is_on);
  }
}

Power Effects::drawn_power() const {
  return stage_.around.loop.share() < 0.5 ? Power::fails_before_write : Power::fails_after_write;
}

// Small differences are as frequent as great ones.
void Effects::set_clock(std::size_t whom, bool is_wrong) {
  milliseconds off{0};
  if (is_wrong) {
    auto& loop = stage_.around.loop;
    const bool ahead = loop.share() < 0.5;
    const auto far = kClockOffLeastMs * std::pow(kClockOffMostTimes, loop.share());
    off = milliseconds(static_cast<std::int64_t>(ahead ? far : -far));
    stage_.around.trace.line(
        stage_.is_machine(whom) ? stage_.machines[whom]->name() : stage_.orchestrator(whom).name(),
        fmt::format("its clock is off by {} ms", off.count()));
  }
  if (!stage_.is_machine(whom)) return stage_.orchestrator(whom).set_clock(off);
  stage_.machines[whom]->set_clock(off);
  if (whom < stage_.cas.size()) stage_.cas[whom]->set_clock(off);
}

void Effects::have_back(std::size_t orchestrator) {
  auto& one = *stage_.orchestrators[orchestrator];
  if (!killed_[orchestrator] && !one.is_on()) one.switch_on();
}

void Effects::set_crash(std::size_t whom, bool comes) {
  const auto wakings = 1 + static_cast<std::size_t>(stage_.around.loop.share() * kWakingsMost);
  stage_.orchestrators[whom]->crash_after(comes ? wakings : 0);
  if (!comes) have_back(whom);
}

void Effects::set_orchestrator_power(std::size_t whom, bool fails) {
  const auto drawn = drawn_power();
  stage_.orchestrators[whom]->power_fails(fails ? std::optional(drawn) : std::nullopt);
  if (!fails) have_back(whom);
}

void Effects::set_broker(bool is_down) {
  if (is_down) return stage_.around.broker.crash();
  stage_.around.broker.start(!std::exchange(forgets_, false));
}

// A machine may be switched on for the first time while it is off here.
void Effects::set_machine(std::size_t whom, bool is_off) {
  auto& machine = *stage_.machines[whom];
  off_[whom] = is_off;
  if (is_off == !machine.is_on()) return;
  if (is_off)
    machine.switch_off();
  else
    machine.switch_on();
}

void Effects::set_killed(std::size_t whom, bool is_killed) {
  killed_[whom] = is_killed;
  if (!is_killed) return have_back(whom);
  if (stage_.orchestrators[whom]->is_on()) stage_.orchestrators[whom]->kill();
}

void Effects::set_disk(std::size_t whom, Effect effect, bool is_on) {
  const bool machine = stage_.is_machine(whom);
  if (effect == Effect::disk_full) {
    auto& full =
        machine ? stage_.machines[whom]->disk().full : stage_.orchestrator(whom).disk().full;
    full = is_on;
  } else if (machine) {
    (effect == Effect::ca_slow ? slow_ca_ : slow_)[whom] = is_on;
    stage_.machines[whom]->disk().slower_by =
        (slow_[whom] ? kSlowBy : milliseconds(0)) + (slow_ca_[whom] ? kCaSlowBy : milliseconds(0));
  } else {
    stage_.orchestrator(whom).disk().write_takes = is_on ? kSlowBy : kWriteTakes;
  }
}

void Effects::set_cable(std::size_t whom, Effect effect, bool is_on) {
  auto& cable = cables_[whom];
  if (effect == Effect::up_cut) cable.up_cut = is_on;
  if (effect == Effect::down_cut) cable.down_cut = is_on;
  if (effect == Effect::link_slow) cable.slow = is_on;
  if (stage_.is_machine(whom))
    stage_.machines[whom]->plug(cable);
  else if (stage_.is_operator(whom))
    stage_.operator_at(whom).plug(cable);
  else
    stage_.orchestrator(whom).plug(cable);
}

void Effects::set_runs(std::size_t whom, Effect effect, bool is_on) {
  auto& runs = runs_[whom];
  if (effect == Effect::runs_fail) runs.fail = is_on;
  if (effect == Effect::runs_hang) runs.hang = is_on;
  if (effect == Effect::runs_end_agent) runs.end_agent = is_on;
  played::RunHabits habits;
  if (runs.fail) habits.fails = 1;
  if (runs.hang) habits.least = habits.most = kHangs;
  stage_.machines[whom]->set_runs(habits, runs.end_agent);
}

void Effects::set_leaving(std::size_t whom, bool leaves) {
  auto& one = *stage_.orchestrators[whom];
  if (!leaves) {
    if (one.is_leaving()) one.kill();
    return have_back(whom);
  }
  if (one.is_on() && !one.is_stopped()) one.leave();
}

void Effects::set_retired(std::size_t master, bool is_retired) {
  const std::string by = is_retired ? "alice" : "";
  retired_by_[master] = by;
  const auto& all = stage_.orchestrators;
  const bool done = std::any_of(all.begin(), all.end(), [&](const auto& one) {
    return one->mark_master(stage_.machines[master]->name(), by);
  });
  if (done) return;
  stage_.around.loop.after(kAskedAgainAfter, [this, master, is_retired, by] {
    if (retired_by_[master] == by) set_retired(master, is_retired);
  });
}

// It is switched off for good, and what it kept is lost with it.
void Effects::set_twin(std::size_t whom, bool is_there) {
  auto& twin = twins_[whom];
  if (!is_there) {
    if (twin && twin->is_on()) twin->switch_off();
    return;
  }
  auto spec = stage_.machines[whom]->spec();
  spec.address = fmt::format("10.2.{}.{}", whom / 250, whom % 250);
  twin =
      std::make_unique<Machine>(stage_.around, stage_.site, std::move(spec), played::RunHabits{});
  twin->switch_on();
}

void Effects::lose_retained() {
  for (const auto& topic : stage_.around.broker.retained_topics("#"))
    if (stage_.around.loop.share() < kLostShare) stage_.around.broker.clear(topic);
}

}  // namespace muster::sim
