// A broker that trusts a CA, an operator's link to it, and processes that are measured: real agents, a node of a swarm, bare
// clients.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "tests/bench/agents/ears.hpp"
#include "tests/integration/cli/trusted_ca.hpp"

namespace muster::bench {

// Longer is a hang.
inline constexpr std::chrono::minutes kPatience{5};
inline constexpr std::size_t kCallBytes = 600;  // as a signed request's

// Every failure ends the run by an exception that says what failed.
class Site {
 public:
  using ProcessPtr = std::unique_ptr<test::Daemon>;

  // `processes`: that will be connected at most.
  explicit Site(std::size_t processes);

  // A real agent; its folder is made by the first start.
  ProcessPtr start_agent(const std::string& identity);
  // muster-swarm with its first node, which is name_of_swarm_node().
  ProcessPtr start_swarm_of_one();
  static std::string name_of_swarm_node();
  // A bare client of that program, which answers what is called `call`.
  ProcessPtr start_echo(const std::string& program, const std::string& name,
                        const std::string& call);

  // A new link; needed once, and after the broker's death.
  void connect();
  // rpcutil#ping of each of these: how many answered.
  std::size_t ask(const std::vector<std::string>& identities, std::chrono::milliseconds patience);
  // The bare clients of `call`: whether so many answered.
  bool ask_bare(const std::string& call, std::size_t clients, std::chrono::milliseconds patience);

  // The broker is killed, and accepts connections again. What it retained is still there; connect() is to follow.
  void kill_broker();
  test::Installation& installation() { return installation_; }
  Ears& ears() { return *ears_; }

 private:
  void give_certificate(const std::string& identity);

  test::Installation installation_;
  const test::TestCa ca_{"Puppet CA: bench"};
  const std::unique_ptr<test::Daemon> watch_;
  std::unique_ptr<client::Link> link_;
  std::unique_ptr<client::Caller> caller_;
  std::unique_ptr<Ears> ears_;
};

}  // namespace muster::bench
