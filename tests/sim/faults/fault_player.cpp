#include "tests/sim/faults/fault_player.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::sim {
namespace {

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

// Of what befalls nodes alone, masters come before them.
std::size_t FaultPlayer::place_of(const Fault& fault) const {
  return is_of_a_node(fault.kind) ? stage_.cas.size() + fault.whom : fault.whom;
}

std::string FaultPlayer::name_of_victim(const Fault& fault) const {
  switch (fault.kind) {
    case FaultKind::broker_crashes:
    case FaultKind::broker_forgets:
    case FaultKind::broker_repeats:
    case FaultKind::retained_lost:
      return "broker";
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
    case FaultKind::orchestrator_crashes:
    case FaultKind::orchestrator_power_fails:
    case FaultKind::orchestrator_leaves:
      return stage_.orchestrators[fault.whom]->name();
    case FaultKind::all_go_down:
      return "site";
    default:
      if (stage_.is_operator(place_of(fault))) return stage_.operator_at(fault.whom).name();
      return stage_.is_machine(place_of(fault)) ? stage_.machines[place_of(fault)]->name()
                                                : stage_.orchestrator(fault.whom).name();
  }
}

void FaultPlayer::change(const Fault& fault, bool begins) {
  stage_.around.trace.line(name_of_victim(fault),
                           fmt::format("{}: {}", begins ? "fault" : "healed", name_of(fault.kind)));
  if (begins && fault.kind == FaultKind::broker_forgets) forgets_ = true;
  if (begins && fault.kind == FaultKind::retained_lost) {
    put_back_.disturbed();
    if (all_hear_the_broker()) put_back_.about_to_lose();
    note_that_it_forgot();
  }
  const auto whom = place_of(fault);
  if (begins) effects_.befall(fault.kind, whom);
  for (const auto& [effect, victim] : effects_and_victims_of(fault)) {
    auto& there = count(effect, victim);
    there += begins ? 1 : -1;
    if (there != (begins ? 1 : 0)) continue;
    if (concerns_orchestrators(effect, victim)) put_back_.disturbed();
    note_what_is_lost(effect, victim, begins);
    effects_.put(effect, victim, begins);
  }
}

std::vector<std::pair<Effect, std::size_t>> FaultPlayer::effects_and_victims_of(
    const Fault& fault) const {
  std::vector<std::pair<Effect, std::size_t>> all;
  if (fault.kind == FaultKind::all_go_down) {
    all.emplace_back(Effect::broker_down, 0);
    for (std::size_t i = 0; i < stage_.orchestrators.size(); ++i)
      all.emplace_back(Effect::killed, i);
    return all;
  }
  for (const auto effect : effects_of(fault.kind)) all.emplace_back(effect, place_of(fault));
  return all;
}

bool FaultPlayer::is_of_an_orchestrator(Effect effect, std::size_t whom) const {
  if (effect == Effect::killed || effect == Effect::stopped || effect == Effect::crashes ||
      effect == Effect::orchestrator_power_fails || effect == Effect::leaves)
    return true;
  return (effect == Effect::up_cut || effect == Effect::down_cut) && !stage_.is_machine(whom) &&
         !stage_.is_operator(whom);
}

bool FaultPlayer::concerns_orchestrators(Effect effect, std::size_t whom) const {
  const bool of_its_link =
      effect == Effect::link_slow && !stage_.is_machine(whom) && !stage_.is_operator(whom);
  return effect == Effect::broker_down || of_its_link || is_of_an_orchestrator(effect, whom);
}

bool FaultPlayer::all_hear_the_broker() const {
  const auto keeps_from_it = [this](const auto& one) {
    const auto& [effect, whom] = one.first;
    return one.second > 0 && concerns_orchestrators(effect, whom);
  };
  return !is_just_now(back_at_, stage_.around.loop.clock().steady()) &&
         std::none_of(under_way_.begin(), under_way_.end(), keeps_from_it);
}

void FaultPlayer::note_that_it_forgot() {
  const auto now = stage_.around.loop.clock().steady();
  forgot_at_ = now;
  has_forgotten_ = has_forgotten_ || away_ > 0 || is_just_now(back_at_, now);
}

void FaultPlayer::note_what_is_lost(Effect effect, std::size_t whom, bool begins) {
  const auto now = stage_.around.loop.clock().steady();
  if (effect == Effect::broker_down && !begins && std::exchange(forgets_, false))
    note_that_it_forgot();
  if (!is_of_an_orchestrator(effect, whom)) return;
  has_forgotten_ = has_forgotten_ || (begins && is_just_now(forgot_at_, now));
  away_ = begins ? away_ + 1 : away_ - 1;
  if (!begins) back_at_ = now;
}

}  // namespace muster::sim
