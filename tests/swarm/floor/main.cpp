// muster-swarm-floor: what a broker costs by itself, to be put beside Muster's figures. One JSON line a figure.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/swarm/floor/floor.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"

namespace muster::swarm {
namespace {

int run(const FloorOptions& options) {
  const auto figures = Floor(options).measure();
  if (!figures) {
    fmt::print(stderr, "muster-swarm-floor: {}\n", figures.error().message);
    return 1;
  }
  for (const auto& figure : *figures) print(figure);
  return 0;
}

}  // namespace
}  // namespace muster::swarm

int main(int argc, char** argv) {
  muster::swarm::FloorOptions options;
  CLI::App app{"What a Mosquitto costs by itself: bare clients, without Muster",
               "muster-swarm-floor"};
  app.add_option("--nodes", options.nodes, "clients that answer")
      ->check(CLI::Range(std::size_t{1}, muster::swarm::kNodesMax));
  app.add_option("--rounds", options.rounds, "calls, of which the median counts")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--call-bytes", options.call_bytes, "size of a call")
      ->check(CLI::Range(1, 65'536));
  app.add_option("--reply-bytes", options.reply_bytes, "size of an answer")
      ->check(CLI::Range(1, 65'536));
  CLI11_PARSE(app, argc, argv);
  try {
    return muster::swarm::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-swarm-floor: {}\n", error.what());
    return 1;
  }
}
