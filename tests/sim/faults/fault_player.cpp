#include "tests/sim/faults/fault_player.hpp"

#include <fmt/format.h>

namespace muster::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSlowBy{3'000};
constexpr milliseconds kWriteTakes{5};
// For who is there to have put back what the broker has forgotten: links come back within half a minute.
constexpr std::chrono::seconds kPuttingBack{60};

using TimePoint = std::chrono::steady_clock::time_point;
bool is_just_now(const std::optional<TimePoint>& then, TimePoint now) {
  return then && now - *then < kPuttingBack;
}

}  // namespace

void FaultPlayer::play(const std::vector<Fault>& plan) {
  auto& loop = stage_.around.loop;
  for (const auto& fault : plan) {
    loop.after(fault.at, [this, fault] { change(fault, true); });
    loop.after(fault.at + fault.lasts, [this, fault] { change(fault, false); });
  }
}

std::vector<FaultPlayer::Effect> FaultPlayer::effects_of(FaultKind kind) {
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
      return {Effect::machine_off};
    case FaultKind::orchestrator_killed:
      return {Effect::killed};
    case FaultKind::orchestrator_stopped:
      return {Effect::stopped};
    case FaultKind::ca_stopped:
      return {Effect::ca_stopped};
    case FaultKind::disk_slow:
      return {Effect::disk_slow};
  }
  return {};
}

std::string FaultPlayer::name_of_victim(const Fault& fault) const {
  switch (fault.kind) {
    case FaultKind::broker_crashes:
    case FaultKind::broker_forgets:
      return "broker";
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
      return stage_.orchestrators[fault.whom]->name();
    default:
      if (is_operator(fault.whom)) return operator_at(fault.whom).name();
      return is_machine(fault.whom) ? stage_.machines[fault.whom]->name()
                                    : orchestrator(fault.whom).name();
  }
}

void FaultPlayer::change(const Fault& fault, bool begins) {
  stage_.around.trace.line(name_of_victim(fault),
                           fmt::format("{}: {}", begins ? "fault" : "healed", name_of(fault.kind)));
  if (begins && fault.kind == FaultKind::broker_forgets) forgets_ = true;
  for (const auto effect : effects_of(fault.kind)) {
    auto& there = count(effect, fault.whom);
    there += begins ? 1 : -1;
    if (there == (begins ? 1 : 0)) apply(effect, fault.whom, begins);
  }
}

bool FaultPlayer::is_of_an_orchestrator(Effect effect, std::size_t whom) const {
  if (effect == Effect::killed || effect == Effect::stopped) return true;
  return (effect == Effect::up_cut || effect == Effect::down_cut) && !is_machine(whom) &&
         !is_operator(whom);
}

void FaultPlayer::note_what_is_lost(Effect effect, std::size_t whom, bool begins) {
  const auto now = stage_.around.loop.clock().steady();
  if (effect == Effect::broker_down && !begins && forgets_) {
    forgot_at_ = now;
    has_forgotten_ = has_forgotten_ || away_ > 0 || is_just_now(back_at_, now);
  }
  if (!is_of_an_orchestrator(effect, whom)) return;
  has_forgotten_ = has_forgotten_ || (begins && is_just_now(forgot_at_, now));
  away_ = begins ? away_ + 1 : away_ - 1;
  if (!begins) back_at_ = now;
}

void FaultPlayer::apply(Effect effect, std::size_t whom, bool is_on) {
  note_what_is_lost(effect, whom, is_on);
  switch (effect) {
    case Effect::broker_down:
      return set_broker(is_on);
    case Effect::up_cut:
    case Effect::down_cut:
      return plug(whom);
    case Effect::machine_off:
      return set_machine(whom, is_on);
    case Effect::killed:
      return set_killed(whom, is_on);
    case Effect::stopped:
      return stage_.orchestrators[whom]->stop(is_on);
    case Effect::ca_stopped:
      return stage_.cas[whom]->stop(is_on);
    case Effect::disk_slow:
      return set_disk(whom, is_on);
  }
}

void FaultPlayer::set_broker(bool is_down) {
  if (is_down) return stage_.around.broker.crash();
  stage_.around.broker.start(!std::exchange(forgets_, false));
}

// A machine may be switched on for the first time while it is off here.
void FaultPlayer::set_machine(std::size_t whom, bool is_off) {
  auto& machine = *stage_.machines[whom];
  if (is_off == !machine.is_on()) return;
  if (is_off)
    machine.switch_off();
  else
    machine.switch_on();
}

void FaultPlayer::set_killed(std::size_t whom, bool is_killed) {
  auto& orchestrator = *stage_.orchestrators[whom];
  if (is_killed)
    orchestrator.kill();
  else
    orchestrator.switch_on();
}

void FaultPlayer::set_disk(std::size_t whom, bool is_slow) {
  if (is_machine(whom))
    stage_.machines[whom]->disk().slower_by = is_slow ? kSlowBy : milliseconds(0);
  else
    orchestrator(whom).disk().write_takes = is_slow ? kSlowBy : kWriteTakes;
}

void FaultPlayer::plug(std::size_t whom) {
  const Cable cable{count(Effect::up_cut, whom) > 0, count(Effect::down_cut, whom) > 0};
  if (is_machine(whom))
    stage_.machines[whom]->plug(cable);
  else if (is_operator(whom))
    operator_at(whom).plug(cable);
  else
    orchestrator(whom).plug(cable);
}

}  // namespace muster::sim
