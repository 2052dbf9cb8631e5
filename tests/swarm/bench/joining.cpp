// How many nodes a minute come from the join zone to production.
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "tests/swarm/bench/bench.hpp"

namespace muster::swarm {

// Puppet runs take no time: what is measured is Muster, its broker and OpenSSL.
void Bench::measure_joining() {
  test::Installation here(test::Installation::With::broker, options_.joining);
  const test::TestCa ca("Puppet CA: swarm");
  const auto watch = test::trust_ca(here, ca, "*.swarm.example", "master.swarm.example");
  const auto orchestrator = here.start_orchestrator();
  const auto token = here.file("join.token").string();
  const auto made = here.muster(
      {"token", "create", "--identity", "node*.swarm.example", "--uses", "0", "--out", token});
  if (made.exit_code != 0) throw std::runtime_error(made.err);
  test::SwarmProgram swarm(here, ca);
  swarm.start(options_.joining, {"--join", token, "--fake-run-s", "0"});
  if (!swarm.tells("provisioned", kBenchPatience))
    throw std::runtime_error("not all are provisioned: " + swarm.program().output());
  constexpr double kMsAMinute = 60'000;
  const auto took_ms = swarm.last("provisioned").at("took_ms").get<double>();
  const auto nodes = static_cast<double>(options_.joining);
  print({fmt::format("swarm_provisioned_a_minute_{}", options_.joining),
         nodes * kMsAMinute / took_ms, "nodes/min"});
  print({fmt::format("swarm_provisioned_{}", options_.joining), took_ms, "ms"});
}

}  // namespace muster::swarm
