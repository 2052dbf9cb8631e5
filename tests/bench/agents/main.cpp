// muster-agents-bench: figures of real agents. One JSON line a figure.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/bench/agents/agents_bench.hpp"
#include "tests/bench/agents/clients_bench.hpp"

namespace muster::bench {
namespace {

constexpr std::size_t kAgentsMax = 1'000;
constexpr std::size_t kCallsMax = 10'000'000;

struct Words {
  ClientsOptions clients;
  std::size_t idle_s = 60;
  std::size_t settle_s = 5;
  FloodOptions flood;
  std::size_t agents = 50;
  std::size_t rounds = 20;
};

CLI::App* describe_clients(CLI::App& app, Words& words) {
  auto* clients = app.add_subcommand("clients", "Paho beside libmosquitto, as an agent's client");
  clients->add_option("--starts", words.clients.starts)->check(CLI::Range(1, 1'000));
  clients->add_option("--rounds", words.clients.rounds)->check(CLI::Range(1, 10'000));
  clients->add_option("--calls", words.clients.calls)->check(CLI::Range(1, 1'000'000));
  clients->add_option("--deaths", words.clients.broker_deaths, "of the broker")
      ->check(CLI::Range(1, 100));
  clients->add_option("--settle", words.settle_s, "seconds before it counts as idle")
      ->check(CLI::Range(0, 3'600));
  clients->add_option("--idle", words.idle_s, "seconds")->check(CLI::Range(1, 3'600));
  return clients;
}

CLI::App* describe_fleet(CLI::App& app, Words& words) {
  auto* fleet = app.add_subcommand("fleet", "ping and rpc beside as many bare Paho processes");
  fleet->add_option("--agents", words.agents)->check(CLI::Range(std::size_t{1}, kAgentsMax));
  fleet->add_option("--rounds", words.rounds)->check(CLI::Range(1, 10'000));
  return fleet;
}

CLI::App* describe_flood(CLI::App& app, Words& words) {
  auto* flood = app.add_subcommand("flood", "what many requests leave behind");
  flood->add_option("--agents", words.flood.agents)->check(CLI::Range(std::size_t{1}, kAgentsMax));
  flood->add_option("--calls", words.flood.calls, "of all agents")
      ->check(CLI::Range(std::size_t{1}, kCallsMax));
  flood->add_option("--warm-up", words.flood.warm_up, "calls before the first look");
  flood->add_option("--looks", words.flood.looks)->check(CLI::Range(1, 1'000));
  return flood;
}

int run(int argc, char** argv) {
  Words words;
  CLI::App app{"Figures of real agents", "muster-agents-bench"};
  app.require_subcommand(1);
  auto* const clients = describe_clients(app, words);
  auto* const fleet = describe_fleet(app, words);
  describe_flood(app, words);
  CLI11_PARSE(app, argc, argv);
  words.clients.idle = std::chrono::seconds(words.idle_s);
  words.clients.settle = std::chrono::seconds(words.settle_s);
  if (clients->parsed())
    ClientsBench(words.clients).measure();
  else if (fleet->parsed())
    AgentsBench(words.agents, words.agents).measure_commands(words.rounds);
  else
    AgentsBench(words.flood.agents, 0).measure_flood(words.flood);
  return 0;
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
  try {
    return muster::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-agents-bench: {}\n", error.what());
    return 1;
  }
}
