#include "tests/chaos/player.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>
#include <utility>

namespace muster::chaos {
namespace {

Trouble trouble_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::cut:
      return Trouble::cut;
    case FaultKind::cut_up:
      return Trouble::cut_up;
    case FaultKind::cut_down:
      return Trouble::cut_down;
    case FaultKind::loss:
      return Trouble::loss;
    case FaultKind::delay:
      return Trouble::delay;
    default:
      throw std::logic_error(fmt::format("{} is no fault of a network", name_of(kind)));
  }
}

}  // namespace

Player::Player(Site& site, std::vector<Fault> plan) : site_(site), plan_(std::move(plan)) {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    events_.emplace(plan_[i].at, Event{i, true});
    events_.emplace(plan_[i].at + plan_[i].lasts, Event{i, false});
  }
}

Part& Player::part_of(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_stopped:
      return *site_.orchestrators().at(fault.whom);
    case FaultKind::agents_killed:
    case FaultKind::agents_stopped:
      return *site_.groups().at(fault.whom);
    case FaultKind::master_killed:
    case FaultKind::master_stopped:
      return *site_.masters().at(fault.whom);
    default:
      return site_.broker();
  }
}

std::string Player::whose(const Fault& fault) const {
  if (fault.kind >= FaultKind::cut)
    return fmt::format("{} of {}", name_of(fault.kind), site_.party(fault.whom));
  return fmt::format("{} {}", name_of(fault.kind), fault.whom + 1);
}

void Player::begin(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::broker_killed:
    case FaultKind::orchestrator_killed:
    case FaultKind::agents_killed:
    case FaultKind::master_killed:
      return part_of(fault).kill();
    case FaultKind::broker_forgets:
      part_of(fault).kill();
      return site_.forget_retained();
    case FaultKind::broker_stopped:
    case FaultKind::orchestrator_stopped:
    case FaultKind::agents_stopped:
    case FaultKind::master_stopped:
      return part_of(fault).pause();
    case FaultKind::disk_full:
      return site_.fill_disk(fault.whom);
    default:
      return site_.wire().begin(site_.party(fault.whom), trouble_of(fault.kind));
  }
}

void Player::heal(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::broker_killed:
    case FaultKind::broker_forgets:
    case FaultKind::orchestrator_killed:
    case FaultKind::agents_killed:
    case FaultKind::master_killed:
      return part_of(fault).revive();
    case FaultKind::broker_stopped:
    case FaultKind::orchestrator_stopped:
    case FaultKind::agents_stopped:
    case FaultKind::master_stopped:
      return part_of(fault).resume();
    case FaultKind::disk_full:
      return site_.empty_disk(fault.whom);
    default:
      return site_.wire().end(site_.party(fault.whom), trouble_of(fault.kind));
  }
}

void Player::look(std::chrono::milliseconds since) {
  while (!events_.empty() && events_.begin()->first <= since) {
    const auto event = events_.extract(events_.begin()).mapped();
    const auto& fault = plan_[event.fault];
    if (!event.begins) {
      broken_.erase(event.fault);
      heal(fault);
      continue;
    }
    ++begun_;
    ++counts_[std::string(name_of(fault.kind))];
    broken_[event.fault] = whose(fault);
    begin(fault);
  }
}

std::string Player::now() const {
  std::vector<std::string> all;
  for (const auto& [number, what] : broken_) all.push_back(what);
  return fmt::format("{}", fmt::join(all, ", "));
}

}  // namespace muster::chaos
