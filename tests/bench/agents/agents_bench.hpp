// Real agents, so many that they are a fleet: what commands take beside as many bare Paho processes, and what many requests
// leave behind.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/agents/process_figures.hpp"
#include "tests/bench/agents/site.hpp"

namespace muster::bench {

struct FloodOptions {
  std::size_t agents = 50;
  std::size_t calls = 1'000;  // of all agents: so many requests of each
  std::size_t warm_up = 100;  // calls after which the first look is taken
  std::size_t looks = 10;     // after the first
};

class AgentsBench {
 public:
  // `bare`: so many bare Paho processes beside them.
  AgentsBench(std::size_t agents, std::size_t bare);

  // `muster ping` and `muster rpc` as whole commands, and the round trip of a call on a link that is there, beside that of the
  // bare clients; in turns.
  void measure_commands(std::size_t rounds);
  // Memory, descriptors and threads of agents, client and broker, while requests go on.
  void measure_flood(const FloodOptions& options);

 private:
  double took_ms(const std::vector<std::string>& words);
  void look(std::size_t calls, double seconds);
  void call_all();

  const std::size_t number_;
  Site site_;
  std::vector<std::string> names_;
  std::size_t bare_number_ = 0;
  std::vector<Site::ProcessPtr> processes_;  // agents first
};

}  // namespace muster::bench
