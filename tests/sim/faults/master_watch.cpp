#include "tests/sim/faults/master_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/agents/puppetca/places.hpp"

namespace muster::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kComplaintsOfMastersMost = 10;
// From the choice to the first step there: a call that may be tried again, and what slow links and disks take for it.
constexpr milliseconds kBeginsWithin{60'000};
// What a master lends is believed for almost as long as it lends it.
constexpr seconds kLoansMix = 2 * plugins::puppetca::kPlacesLentFor;

}  // namespace

MasterWatch::MasterWatch(Surroundings& around, const std::vector<std::unique_ptr<PuppetCa>>& cas,
                         const std::vector<std::unique_ptr<Machine>>& machines,
                         const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators,
                         const OrchestratorOptions& options)
    : around_(around),
      cas_(cas),
      machines_(machines),
      orchestrators_(orchestrators),
      options_(options) {
  for (const auto& ca : cas_)
    ca->on_signed(this, [this, &by = *ca](const std::string& name) { saw_signed(by, name); });
  around_.enlisted = [this](const std::string& orchestrator, const std::string& master) {
    saw_enlisted(orchestrator, master);
  };
}

MasterWatch::~MasterWatch() {
  for (const auto& ca : cas_) ca->on_signed(this, {});
  around_.enlisted = {};
}

void MasterWatch::say(std::string complaint) {
  around_.trace.line("watch", complaint);
  if (complaints_.size() < kComplaintsOfMastersMost) complaints_.push_back(std::move(complaint));
}

const Machine* MasterWatch::machine(const std::string& name) const {
  const auto found = std::find_if(machines_.begin(), machines_.end(),
                                  [&](const auto& one) { return one->name() == name; });
  return found == machines_.end() ? nullptr : found->get();
}

void MasterWatch::saw_signed(const PuppetCa& by, const std::string& name) {
  const auto* node = machine(name);
  if (node == nullptr) return;
  const auto& begun = node->witness().begun_with();
  if (begun.master != by.name()) return;
  for (const auto& orchestrator : orchestrators_) {
    if (begun.caller != "cert=" + orchestrator->name() || !orchestrator->is_on()) continue;
    const auto told = orchestrator->engine()->marks().told_at_ms(by.name());
    if (told && begun.at_ms > *told + kBeginsWithin.count())
      say(fmt::format("{} began with {} {} s after its orchestrator {} was told that it is retired",
                      name, by.name(), (begun.at_ms - *told) / 1'000, orchestrator->name()));
  }
}

bool MasterWatch::may_overshoot(const std::string& master) const {
  const auto now = around_.loop.clock().steady();
  const auto* its = machine(master);
  if (its == nullptr || !its->on_since() || now - *its->on_since() < kLoansMix) return true;
  return std::any_of(orchestrators_.begin(), orchestrators_.end(), [&](const auto& one) {
    if (!one->is_on()) return false;
    const auto held = one->engine()->masters().held(master);
    return held.came_back && now - *held.came_back < kLoansMix;
  });
}

// Whose loan is over has its nodes still, and the master has lent their places again by then.
void MasterWatch::saw_enlisted(const std::string& orchestrator, const std::string& master) {
  if (!options_.masters_lend) return;
  const auto now = around_.loop.clock().steady();
  std::size_t all = 0;
  std::string who;
  for (const auto& one : orchestrators_) {
    if (!one->is_on()) continue;
    const auto held = one->engine()->masters().held(master);
    if (!held.asked || now - *held.asked >= plugins::puppetca::kPlacesLentFor) continue;
    all += held.nodes;
    who += fmt::format(" {}: {}, asked {} ms ago;", one->name(), held.nodes,
                       std::chrono::duration_cast<milliseconds>(now - *held.asked).count());
  }
  if (all <= options_.per_master || may_overshoot(master)) return;
  say(fmt::format("{} begins one node more with {}, which has {} nodes by now, and {} places:{}",
                  orchestrator, master, all, options_.per_master, who));
}

bool is_retired(const Morning& morning, const std::string& master) {
  return std::all_of(morning.orchestrators.begin(), morning.orchestrators.end(),
                     [&](const auto& one) {
                       return one->is_on() && !one->engine()->marks().retired_by(master).empty();
                     });
}

std::vector<std::string> members_of_retired(const Morning& morning) {
  std::vector<std::string> broken;
  std::vector<const PuppetCa*> retired;
  for (const auto& ca : morning.cas)
    if (is_retired(morning, ca->name())) retired.push_back(ca.get());
  if (retired.empty() || retired.size() == morning.cas.size()) return broken;
  for (const auto& machine : morning.machines) {
    if (machine->spec().ca != nullptr) continue;
    if (state_of(*machine) != plugins::provision::State::finished) return {};
    const auto record = record_of(morning, machine->name());
    if (!record || record->claim || record->key_fingerprint.empty()) return {};
    const auto issuer = machine->disk().certificate->issuer_common_name();
    for (const auto* ca : retired)
      if (issuer == ca->certificate().common_name())
        broken.push_back(fmt::format("{} has a certificate of {}, which is retired",
                                     machine->name(), ca->name()));
  }
  return broken;
}

}  // namespace muster::sim
