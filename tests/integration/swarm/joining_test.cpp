// Nodes of a swarm from the join zone to production: their own keys, a real orchestrator with the default workflow, and a
// master whose CA is OpenSSL's.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/integration/swarm/swarm_program.hpp"

namespace muster::test {
namespace {

constexpr std::size_t kJoining = 20;

struct JoiningSwarm : Installation {
  TestCa ca{"Puppet CA: swarm"};
  std::unique_ptr<Daemon> watch = trust_ca(*this, ca, "*.swarm.example", "master.swarm.example");
  std::unique_ptr<Daemon> orchestrator = start_orchestrator();
  SwarmProgram swarm{*this, ca};
};

TEST(JoiningSwarmTest, EachMakesItsKeyAndIsProvisionedThroughTheDefaultWorkflow) {
  JoiningSwarm here;
  const auto token = here.file("join.token").string();
  const auto made = here.muster(
      {"token", "create", "--identity", "node*.swarm.example", "--uses", "0", "--out", token});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  here.swarm.start(kJoining, {"--join", token, "--fake-run-s", "0.1"});
  auto& program = here.swarm.program();
  ASSERT_TRUE(here.swarm.tells("on_bus")) << program.output() << here.orchestrator->output();
  ASSERT_TRUE(here.swarm.tells("provisioned")) << program.output() << here.orchestrator->output();
  EXPECT_EQ(here.muster({"find"}).lines().size(), kJoining + 1);
  const auto finished = [&] {
    const auto listed = here.muster({"provision", "list", "--json"}).json();
    std::size_t count = 0;
    for (const auto& node : listed.at("nodes")) count += node.at("state") == "finished" ? 1 : 0;
    return count == kJoining;
  };
  EXPECT_TRUE(fakes::wait_until(finished)) << here.orchestrator->output();
  EXPECT_EQ(here.muster({"ping", "-I", "/^node/"}).exit_code, 0);
  EXPECT_EQ(here.swarm.stop(), 0);
}

}  // namespace
}  // namespace muster::test
