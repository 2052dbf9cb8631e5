// muster-presence-bench: what a presence costs an orchestrator that knows N members. One JSON line a figure.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/bench/presence/presence_bench.hpp"

int main(int argc, char** argv) {
  std::size_t members = 1'000;
  CLI::App app{"What a presence costs an orchestrator", "muster-presence-bench"};
  app.add_option("--members", members,
                 "members of the fleet, of whom half have a record of one that waits")
      ->check(CLI::Range(std::size_t{10}, std::size_t{100'000}));
  CLI11_PARSE(app, argc, argv);
  try {
    const auto figures = muster::bench::PresenceBench(members).measure();
    for (const auto& [name, value, unit] : figures)
      fmt::print("{{\"figure\": \"{}_{}\", \"value\": {:.2f}, \"unit\": \"{}\"}}\n", name, members,
                 value, unit);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-presence-bench: {}\n", error.what());
    return 1;
  }
}
