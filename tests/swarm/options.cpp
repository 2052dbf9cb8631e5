#include "tests/swarm/options.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"

namespace muster::swarm {
namespace {

constexpr double kRunSecondsMax = 86'400;
constexpr std::size_t kConnectingMax = 1'000;

void describe_bus(CLI::App& app, Options& options, std::string& broker) {
  app.add_option("--broker", broker, "the nodes' listener, HOST:PORT")->required();
  app.add_option("--ca", options.ca_folder,
                 "folder with ca.key and ca.pem of a Puppet CA that the broker trusts; the swarm's "
                 "keys are kept there")
      ->check(CLI::ExistingDirectory);
  app.add_option("--operator-root", options.operator_root, "PEM; also of the broker's certificate")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--orchestrator-root", options.orchestrator_root, "PEM")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--collective", options.collective, "that all are in")->capture_default_str();
  app.add_option("--source", options.sources,
                 "local address to connect from; several are taken in turn: one has 28,000 ports");
  app.add_option("--connecting", options.connecting_max, "handshakes at once")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kConnectingMax));
}

void describe_nodes(CLI::App& app, Options& options, double& run_s) {
  app.add_option("--nodes", options.nodes, "how many")
      ->check(CLI::Range(std::size_t{1}, kNodesMax));
  app.add_option("--join", options.join_token,
                 "a join token's file: nodes make their keys and join with it; a master that signs "
                 "with the CA is master.swarm.example")
      ->check(CLI::ExistingFile);
  app.add_option("--masters", options.masters,
                 "in place of --ca: a folder for each master, called as it is, with ca.key and "
                 "ca.pem; masters are other processes")
      ->check(CLI::ExistingDirectory);
  app.add_option("--serve", options.serve, "be that one of --masters, and no node");
  app.add_option("--state", options.state,
                 "folder of what nodes have on disk: from there they go on when started again");
  app.add_option("--first", options.first, "number of the first node")->capture_default_str();
  app.add_option("--registration-s", options.registration_interval,
                 "seconds from one registration of a node to its next, as in agent.yaml; 0: none")
      ->capture_default_str();
  app.add_option("--registration-splay-s", options.registration_splay,
                 "seconds over which the first ones are spread")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of facts, and of how runs end")->capture_default_str();
  app.add_option("--fake-run-s", run_s, "seconds that a Puppet run takes")
      ->capture_default_str()
      ->check(CLI::Range(0.0, kRunSecondsMax));
  app.add_option("--fail-share", options.runs.fails, "share of runs that fail, 0 to 1")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
}

Status check(const Options& options) {
  MUSTER_TRY(base::check_word("collective", options.collective));
  if (options.ca_folder.empty() == options.masters.empty())
    return fail(Errc::config, "write one of --ca and --masters");
  if (!options.masters.empty() && options.serve.empty() && options.join_token.empty())
    return fail(Errc::config, "with --masters write --join or --serve");
  if (options.serve.empty() == (options.nodes == 0))
    return fail(Errc::config, "write --nodes, how many, or --serve with --masters");
  for (const auto& source : options.sources) {
    in_addr address{};
    if (::inet_pton(AF_INET, source.c_str(), &address) != 1)
      return fail(Errc::config,
                  fmt::format("--source {} is no IPv4 address; write one of this machine's, as "
                              "127.0.0.2",
                              base::quoted(source)));
  }
  return {};
}

}  // namespace

Result<std::optional<Options>> read_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  std::string broker;
  double run_s = 3;
  CLI::App app{"Thousands of nodes with the agent's real core, in one process and on one thread",
               "muster-swarm"};
  describe_bus(app, options, broker);
  describe_nodes(app, options, run_s);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error);
    return std::optional<Options>();
  }
  MUSTER_ASSIGN(const auto endpoint, base::parse_endpoint(broker));
  options.host = endpoint.host;
  options.port = endpoint.port;
  options.runs.least = options.runs.most =
      std::chrono::milliseconds(static_cast<std::int64_t>(run_s * 1'000));
  MUSTER_TRY(check(options));
  return std::optional<Options>(std::move(options));
}

}  // namespace muster::swarm
