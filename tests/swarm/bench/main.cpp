// muster-swarm-bench: what `muster` takes with thousands of nodes, beside the bare floor. One JSON line a figure.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/swarm/bench/bench.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"

int main(int argc, char** argv) {
  muster::swarm::BenchOptions options;
  CLI::App app{"What `muster` takes with a swarm of nodes, beside the bare floor",
               "muster-swarm-bench"};
  app.add_option("--nodes", options.nodes, "of the swarm")
      ->check(CLI::Range(std::size_t{1}, muster::swarm::kNodesMax));
  app.add_option("--rounds", options.rounds, "of each command, of which the median counts")
      ->check(CLI::Range(1, 1'000));
  app.add_option("--join", options.joining, "nodes that are provisioned; 0: none")
      ->check(CLI::Range(std::size_t{0}, muster::swarm::kNodesMax));
  CLI11_PARSE(app, argc, argv);
  try {
    muster::swarm::Bench(options).measure();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-swarm-bench: {}\n", error.what());
    return 1;
  }
}
