#include "tests/sim/program/nights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/sim/faults/further_faults.hpp"
#include "tests/sim/program/shrink.hpp"
#include "tests/sim/program/simulation.hpp"

namespace muster::sim {
namespace {

constexpr std::uint64_t kOrchestratorsMost = 3;  // by the seed
// Of a master, for all orchestrators, where there are further faults; by the seed.
constexpr std::uint64_t kPlacesMost = 2;
constexpr std::uint64_t kPlacesBySeed = 8;
// Where there are also fewer uses than machines: all ask for them at one moment.
constexpr std::chrono::milliseconds kAtOnce{50};

std::string_view word_for(FaultLevel level) {
  for (const std::string_view word : {"light", "heavy", "all"})
    if (fault_level_from(word) == level) return word;
  return "none";
}

std::string only_faults_of(const Options& options) {
  const auto& only = options.only_faults;
  if (!only) return "";
  return fmt::format(" --only-faults {}",
                     only->empty() ? "none" : fmt::format("{}", fmt::join(*only, ",")));
}

class Nights {
 public:
  Nights(const Arguments& arguments, const workflow::Workflow& workflow,
         const std::function<void(std::string_view)>& write)
      : arguments_(arguments), workflow_(workflow), write_(write) {}
  bool run();

 private:
  Options night_of(std::uint64_t seed) const;
  // As many uses as there are nodes, and where machines change as many again; of each third seed fewer, so that too many could
  // be let in.
  Options with_uses(Options options) const;
  void tell(const Options& options, const Outcome& outcome);
  void shrink_night(const Options& options) const;
  void sum_up() const;

  const Arguments& arguments_;
  const workflow::Workflow& workflow_;
  const std::function<void(std::string_view)>& write_;
  std::size_t nights_ = 0;
  std::size_t broken_ = 0;
  std::uint64_t first_broken_ = 0;
  Outcome all_;  // sums
};

Options Nights::with_uses(Options options) const {
  if (arguments_.options.token_uses > 0) return options;
  const auto nodes = static_cast<std::uint32_t>(options.nodes);
  const bool few = options.seed % 3 == 0 || (options.further_faults && options.seed % 8 == 3);
  const auto spare = options.faults == FaultLevel::all ? nodes + 1 : 0;
  if (few && options.further_faults) options.switched_on_within = kAtOnce;
  options.token_uses = few ? std::max(nodes * 3 / 4, 1U) : nodes + spare;
  return options;
}

Options Nights::night_of(std::uint64_t seed) const {
  auto options = arguments_.options;
  options.seed = seed;
  if (options.faults == FaultLevel::all && !arguments_.orchestrators_given)
    options.orchestrators = 1 + seed % kOrchestratorsMost;
  options.further_faults = has_further_faults(seed, options.faults);
  if (!options.further_faults) return options;
  options.orchestrator.masters_lend = true;
  options.orchestrator.per_master = 1 + seed / kPlacesBySeed % kPlacesMost;
  return options;
}

void Nights::tell(const Options& options, const Outcome& outcome) {
  fmt::print("seed {}: {} in production, {} failed, {} takeovers, {} faults, {} s, trace {:016x}\n",
             options.seed, outcome.finished, outcome.failed, outcome.takeovers, outcome.faults,
             outcome.took.count() / 1'000, outcome.trace_digest);
  for (const auto& line : outcome.broken) fmt::print("seed {}: {}\n", options.seed, line);
  std::fflush(stdout);
  ++nights_;
  all_.finished += outcome.finished;
  all_.failed += outcome.failed;
  all_.takeovers += outcome.takeovers;
  all_.faults += outcome.faults;
  if (outcome.broken.empty()) return;
  if (broken_++ == 0) first_broken_ = options.seed;
}

void Nights::shrink_night(const Options& options) const {
  const auto shrunk = shrink(options, [this](const Options& other) {
    auto outcome = simulate(with_uses(other), workflow_);
    return Lived{std::move(outcome.broken), outcome.faults};
  });
  const auto& small = shrunk.options;
  fmt::print(
      "seed {}: the smallest of {} nights has {} nodes, {} masters, {} orchestrators, {} faults:\n",
      small.seed, shrunk.nights, small.nodes, small.masters, small.orchestrators,
      shrunk.lived.faults);
  std::ofstream file(arguments_.shrink);
  (void)simulate(with_uses(small), workflow_, [&](std::string_view line) {
    file << line << '\n';
    const bool tells = line.find(" fault: ") != std::string_view::npos ||
                       line.find(" healed: ") != std::string_view::npos;
    if (tells) fmt::print("  {}\n", line);
  });
  for (const auto& line : shrunk.lived.broken) fmt::print("seed {}: {}\n", small.seed, line);
  const auto uses = arguments_.options.token_uses;
  fmt::print(
      "its trace is {}; to replay it:\n  muster-sim --seed {} --nodes {} --masters {} "
      "--orchestrators {} --operators {} --faults {} --hours {:.10g}{}{} --trace night.txt\n",
      arguments_.shrink, small.seed, small.nodes, small.masters, small.orchestrators,
      small.operators, word_for(small.faults),
      static_cast<double>(small.faults_within.count()) / 3'600'000,
      uses > 0 ? fmt::format(" --token-uses {}", uses) : "", only_faults_of(small));
}

void Nights::sum_up() const {
  const auto& options = arguments_.options;
  const auto first = broken_ > 0 ? std::to_string(first_broken_) : "null";
  fmt::print(
      "{{\"test\": \"sim\", \"faults\": \"{}\", \"nodes\": {}, \"from_seed\": {}, \"nights\": "
      "{}, \"broken\": {}, \"first_broken\": {}, \"provisioned\": {}, \"failed\": {}, "
      "\"takeovers\": {}, \"faults_played\": {}}}\n",
      word_for(options.faults), options.nodes, options.seed, nights_, broken_, first, all_.finished,
      all_.failed, all_.takeovers, all_.faults);
}

bool Nights::run() {
  for (std::uint64_t number = 0; number < arguments_.seeds; ++number) {
    const auto options = night_of(arguments_.options.seed + number);
    const auto outcome = simulate(with_uses(options), workflow_, write_);
    tell(options, outcome);
    if (outcome.broken.empty()) continue;
    if (broken_ == 1 && !arguments_.shrink.empty()) shrink_night(options);
    if (arguments_.first) break;
  }
  sum_up();
  return broken_ == 0;
}

}  // namespace

bool run_nights(const Arguments& arguments, const workflow::Workflow& workflow,
                const std::function<void(std::string_view)>& write) {
  return Nights(arguments, workflow, write).run();
}

}  // namespace muster::sim
