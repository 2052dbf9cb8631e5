#include "tests/chaos/options.hpp"

#include <CLI/CLI.hpp>

namespace muster::chaos {
namespace {

constexpr std::size_t kNodesMost = 2'000;
constexpr std::size_t kKillsMost = 10'000;
constexpr std::size_t kOrchestratorsMost = 8;
constexpr std::size_t kMastersMost = 8;

constexpr auto kWhat =
    "Nodes are provisioned while orchestrators, agents, masters and the broker are killed or "
    "stopped, networks lose, delay and are cut, and disks are full; then all that was promised is "
    "looked for in everybody's records. As root. One line of JSON; exit 0: all promises hold, 1: "
    "one is broken, 77: not root";

}  // namespace

std::optional<Options> read_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  CLI::App app{kWhat, "tests/chaos/run"};
  app.add_option("--nodes", options.nodes, "nodes of a swarm that join")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kNodesMost));
  app.add_option("--kills", options.kills,
                 "processes that are killed or stopped; half as many other faults come with them")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{0}, kKillsMost));
  app.add_option("--seed", options.seed, "draws what breaks when, and for how long")
      ->capture_default_str();
  app.add_option("--orchestrators", options.orchestrators, "how many")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kOrchestratorsMost));
  app.add_option("--masters", options.masters, "each with a CA of its own")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kMastersMost));
  app.add_option("--deadline-s", options.deadline,
                 "seconds from the last healing until all promises must hold")
      ->capture_default_str();
  app.add_option("--logs", options.logs,
                 "folder that gets all files of the run: logs, states, CAs, records");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error);
    return std::nullopt;
  }
  return options;
}

}  // namespace muster::chaos
