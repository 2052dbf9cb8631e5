// muster-sim: one run of a simulated site, and its figures as JSON lines.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/run/figures.hpp"
#include "tests/sim/run/simulation.hpp"

namespace {

constexpr const char* kUsage =
    "muster-sim [--seed S] [--nodes N] [--masters M] [--orchestrators O] [--operators P]\n"
    "           [--token-uses U] [--faults none|light|heavy [--seeds COUNT]] [--crypto hash|real]\n"
    "           [--trace FILE] [--verbose]\n"
    "The same seed gives the same run; --seeds runs COUNT from S on. Without --orchestrators\n"
    "there is one; with --operators so many give commands all night; without --token-uses any "
    "number may join, with faults as many as there are\n"
    "nodes, of each third seed fewer. Exit status 1: not every node was provisioned, or, with\n"
    "faults, a promise is broken.\n";

struct Arguments {
  muster::sim::Options options;
  std::string trace;
  std::uint64_t seeds = 1;
  bool verbose = false;
};

bool take_number(std::string_view text, auto& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool take(std::string_view name, std::string_view value, Arguments& out) {
  if (name == "--seed") return take_number(value, out.options.seed);
  if (name == "--nodes") return take_number(value, out.options.nodes);
  if (name == "--masters") return take_number(value, out.options.masters);
  if (name == "--orchestrators")
    return take_number(value, out.options.orchestrators) && out.options.orchestrators > 0;
  if (name == "--operators") return take_number(value, out.options.operators);
  if (name == "--token-uses") return take_number(value, out.options.token_uses);
  if (name == "--seeds") return take_number(value, out.seeds);
  if (name == "--faults") {
    const auto level = muster::sim::fault_level_from(value);
    out.options.faults = level.value_or(muster::sim::FaultLevel::none);
    return level.has_value();
  }
  if (name == "--trace") return !(out.trace = value).empty();
  if (name != "--crypto" || (value != "hash" && value != "real")) return false;
  out.options.real_crypto = value == "real";
  return true;
}

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--verbose") == 0)
      out.verbose = true;
    else if (i + 1 >= argc || !take(argv[i], argv[i + 1], out))
      return false;
    else
      ++i;
  }
  return true;
}

// As many as there are nodes; of each third seed fewer, so that too many could be let in.
std::uint32_t token_uses_of(const muster::sim::Options& options) {
  const auto nodes = static_cast<std::uint32_t>(options.nodes);
  return options.seed % 3 == 0 ? std::max(nodes * 3 / 4, 1U) : nodes;
}

// One line a seed, and one a broken promise. False: there is one.
bool run_nights(Arguments arguments, const muster::workflow::Workflow& workflow,
                const std::function<void(std::string_view)>& write) {
  using namespace muster;
  bool all_kept = true;
  auto& options = arguments.options;
  const bool uses_are_given = options.token_uses > 0;
  for (auto left = arguments.seeds; left > 0; --left, ++options.seed) {
    if (!uses_are_given) options.token_uses = token_uses_of(options);
    const auto outcome = sim::simulate(options, workflow, write);
    fmt::print("seed {}: {} in production, {} failed, {} takeovers, {} s, trace {:016x}\n",
               options.seed, outcome.finished, outcome.failed, outcome.takeovers,
               outcome.took.count() / 1'000, outcome.trace_digest);
    for (const auto& line : outcome.broken) fmt::print("seed {}: {}\n", options.seed, line);
    all_kept = all_kept && outcome.broken.empty();
    std::fflush(stdout);
  }
  return all_kept;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace muster;
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  log::start("muster-sim", arguments.verbose ? log::Level::debug : log::Level::error);
  const auto workflow = workflow::load_workflow(MUSTER_WORKFLOW);
  if (!workflow) {
    fmt::print(stderr, "{}\n", workflow.error().message);
    return 2;
  }
  std::ofstream file;
  if (!arguments.trace.empty()) file.open(arguments.trace);
  if (!arguments.trace.empty() && !file) {
    fmt::print(stderr, "cannot write {}\n", arguments.trace);
    return 2;
  }
  std::function<void(std::string_view)> write;
  if (file.is_open()) write = [&](std::string_view line) { file << line << '\n'; };
  if (arguments.options.faults != sim::FaultLevel::none)
    return run_nights(arguments, *workflow, write) ? 0 : 1;
  const auto outcome = sim::simulate(arguments.options, *workflow, write);
  for (const auto& line : sim::figures(arguments.options, outcome)) fmt::print("{}\n", line);
  fmt::print(stderr, "seed {}: {} of {} nodes provisioned in {} s of virtual time, trace {:016x}\n",
             arguments.options.seed, outcome.finished, arguments.options.nodes,
             outcome.took.count() / 1'000, outcome.trace_digest);
  return outcome.finished == arguments.options.nodes ? 0 : 1;
}
