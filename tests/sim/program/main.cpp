// muster-sim: runs of a simulated site; the figures of one without faults as JSON lines, or nights in which things break.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string_view>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/program/figures.hpp"
#include "tests/sim/program/nights.hpp"
#include "tests/sim/program/simulation.hpp"

namespace {

int run_calm(const muster::sim::Options& options, const muster::workflow::Workflow& workflow,
             const std::function<void(std::string_view)>& write) {
  using namespace muster;
  const auto outcome = sim::simulate(options, workflow, write);
  for (const auto& line : sim::figures(options, outcome)) fmt::print("{}\n", line);
  fmt::print(stderr, "seed {}: {} of {} nodes provisioned in {} s of virtual time, trace {:016x}\n",
             options.seed, outcome.finished, options.nodes, outcome.took.count() / 1'000,
             outcome.trace_digest);
  return outcome.finished == options.nodes ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace muster;
  const auto arguments = sim::arguments_from(argc, argv);
  if (!arguments) {
    fmt::print(stderr, "{}", sim::kUsage);
    return 2;
  }
  log::start("muster-sim", arguments->verbose ? log::Level::debug : log::Level::error);
  const auto workflow = workflow::load_workflow(MUSTER_WORKFLOW);
  if (!workflow) {
    fmt::print(stderr, "{}\n", workflow.error().message);
    return 2;
  }
  std::ofstream file;
  if (!arguments->trace.empty()) file.open(arguments->trace);
  if (!arguments->trace.empty() && !file) {
    fmt::print(stderr, "cannot write {}\n", arguments->trace);
    return 2;
  }
  std::function<void(std::string_view)> write;
  if (file.is_open()) write = [&](std::string_view line) { file << line << '\n'; };
  if (arguments->options.faults == sim::FaultLevel::none)
    return run_calm(arguments->options, *workflow, write);
  return sim::run_nights(*arguments, *workflow, write) ? 0 : 1;
}
