// The only orchestrator and the broker are killed together, and the broker loses its file: what became of nodes is said again.
#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/integration/swarm/swarm_program.hpp"

namespace muster::test {
namespace {

constexpr std::size_t kNodes = 5;

class LostMemoryTest : public testing::Test {
 protected:
  // By node, of those that are finished.
  std::map<std::string, std::string> runs() const {
    std::map<std::string, std::string> runs;
    const auto listed = here_.muster({"provision", "list", "--json"}).json();
    for (const auto& node : listed.at("nodes"))
      if (node.at("state") == "finished") runs[node.at("identity")] = node.at("run_id");
    return runs;
  }
  void provision() {
    const auto token = here_.file("join.token").string();
    const auto made = here_.muster(
        {"token", "create", "--identity", "node*.swarm.example", "--uses", "0", "--out", token});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    swarm_.start(kNodes, {"--join", token, "--fake-run-s", "0.1"});
    ASSERT_TRUE(fakes::wait_until([&] { return runs().size() == kNodes; }, kFleetPatience))
        << swarm_.program().output() << orchestrator_->output();
  }
  void lose_everything(bool also_the_history) {
    orchestrator_->signal(SIGKILL);
    here_.broker().signal(SIGKILL);
    ASSERT_TRUE(orchestrator_->wait());
    ASSERT_TRUE(here_.broker().wait());
    std::filesystem::remove(here_.file("broker/data/mosquitto.db"));
    if (also_the_history)
      for (const auto* end : {"", "-wal", "-shm"})
        std::filesystem::remove(here_.file("orchestrator/history.db" + std::string(end)));
    here_.start_broker();
    orchestrator_ = here_.start_orchestrator();
  }
  bool comes_back(const std::map<std::string, std::string>& before) const {
    return fakes::wait_until([&] { return runs() == before; }, kFleetPatience);
  }

  Installation here_;
  TestCa ca_{"Puppet CA: swarm"};
  std::unique_ptr<Daemon> watch_ = trust_ca(here_, ca_, "*.swarm.example", "master.swarm.example");
  std::unique_ptr<Daemon> orchestrator_ = here_.start_orchestrator();
  SwarmProgram swarm_{here_, ca_};
};

TEST_F(LostMemoryTest, RecordsAreRebuiltFromTheHistoryAndFromTheNodesThemselves) {
  provision();
  const auto before = runs();
  for (const bool also_the_history : {false, true}) {
    lose_everything(also_the_history);
    EXPECT_TRUE(comes_back(before)) << "also the history: " << also_the_history << "\n"
                                    << orchestrator_->output();
  }
}

}  // namespace
}  // namespace muster::test
