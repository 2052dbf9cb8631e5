// muster-intake-bench: what verifying costs an operator's client. One JSON line a figure.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/bench/intake/intake_bench.hpp"

namespace muster::bench {
namespace {

constexpr std::size_t kNodesMax = 50'000;

int run(const IntakeOptions& options) {
  const auto figures = measure_intake(options);
  if (!figures) {
    fmt::print(stderr, "muster-intake-bench: {}\n", figures.error().message);
    return 1;
  }
  for (const auto& [name, value, unit] : *figures)
    fmt::print("{{\"figure\": \"{}\", \"value\": {:.2f}, \"unit\": \"{}\"}}\n", name, value, unit);
  return 0;
}

int run_program(int argc, char** argv) {
  IntakeOptions options;
  CLI::App app{"What verified presence and replies cost a client, without a broker",
               "muster-intake-bench"};
  app.add_option("--nodes", options.nodes, "nodes that show themselves and answer")
      ->check(CLI::Range(std::size_t{1}, kNodesMax));
  app.add_option("--rounds", options.rounds, "repetitions, of which the median counts")
      ->check(CLI::Range(1, 1'000));
  CLI11_PARSE(app, argc, argv);
  return run(options);
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
  try {
    return muster::bench::run_program(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-intake-bench: {}\n", error.what());
    return 1;
  }
}
