#include "tests/sim/faults/further_faults.hpp"

#include <algorithm>

#include "tests/support/fakes/dice.hpp"

namespace muster::sim {
namespace {

using fakes::Dice;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kOneOf = 4;  // seeds
constexpr std::uint64_t kItsRest = 3;
constexpr std::uint64_t kOtherDice = 0x9e3779b97f4a7c15;  // than those of the plan
constexpr int kRestarts = 2;                              // of masters' agents
constexpr int kRefusals = 3;
constexpr int kLeavings = 2;  // of orchestrators
// After all has healed, all orchestrators have heard everything.
constexpr milliseconds kQuietAgain{80'000};
// When most machines ask for their certificates.
constexpr milliseconds kMachinesCome{10'000};

class Draw {
 public:
  Draw(std::uint64_t seed, const FaultScope& scope) : dice_(seed ^ kOtherDice), scope_(scope) {}
  std::vector<Fault> all();

 private:
  // Heals within the night.
  void of_one_of(std::size_t many, FaultKind kind, milliseconds least, milliseconds most);
  void add(FaultKind kind, milliseconds lasts, std::size_t whom) {
    plan_.push_back({dice_.between(milliseconds(0), scope_.within), lasts, kind, whom});
  }
  bool one_of(std::uint64_t many) { return dice_.below(many) == 0; }

  Dice dice_;
  const FaultScope& scope_;
  std::vector<Fault> plan_;
};

void Draw::of_one_of(std::size_t many, FaultKind kind, milliseconds least, milliseconds most) {
  const auto lasts = dice_.between(least, most);
  add(kind, lasts, dice_.below(many));
  plan_.back().lasts = std::min(plan_.back().lasts, scope_.within - plan_.back().at);
}

std::vector<Fault> Draw::all() {
  for (int i = 0; i < kRestarts; ++i)
    of_one_of(scope_.masters, FaultKind::machine_off, milliseconds(500), seconds(5));
  for (int i = 0; i < kRefusals; ++i)
    of_one_of(scope_.masters, FaultKind::ca_refuses, milliseconds(500), seconds(10));
  const bool early = one_of(2);
  for (std::size_t i = 0; i < scope_.masters; ++i) {
    of_one_of(scope_.masters, FaultKind::ca_uneven, seconds(30), minutes(2));
    if (early) plan_.back().at = dice_.between(milliseconds(0), kMachinesCome) * (i % 2);
  }
  for (int i = 0; i < kLeavings; ++i) {
    of_one_of(scope_.orchestrators, FaultKind::orchestrator_leaves, seconds(5), seconds(30));
    if (early) plan_.back().at = dice_.between(milliseconds(0), 2 * kMachinesCome);
  }
  plan_.push_back({scope_.within + kQuietAgain, seconds(1), FaultKind::retained_lost, 0});
  if (one_of(2)) add(FaultKind::runs_fail, minutes(60), dice_.below(scope_.nodes));
  if (scope_.masters < 2 || one_of(3)) return std::move(plan_);
  of_one_of(scope_.masters, FaultKind::master_retired, seconds(1), minutes(2));
  if (one_of(2)) plan_.back().lasts = kForGood;
  return std::move(plan_);
}

}  // namespace

bool has_further_faults(std::uint64_t seed, FaultLevel level) {
  return level == FaultLevel::all && seed % kOneOf == kItsRest;
}

std::vector<Fault> further_faults(std::uint64_t seed, const FaultScope& scope) {
  return Draw(seed, scope).all();
}

}  // namespace muster::sim
