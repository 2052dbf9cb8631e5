// A fleet of a swarm's nodes at a real Mosquitto, asked with `muster` as any other.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/integration/swarm/swarm_program.hpp"

namespace muster::test {
namespace {

constexpr std::size_t kFleet = 200;
constexpr auto kPatience = "30";  // s, for all answers on a busy machine

using Words = std::vector<std::string>;

// Started once for all tests of the suite.
struct SwarmFleet : Installation {
  SwarmFleet() {
    watch = trust_ca(*this, ca, "*.swarm.example");
    store_retained();  // no orchestrator would sign again what a killed broker forgets
    // Few handshakes at once: sanitized, on a busy machine, 64 of them outlast their time.
    swarm.start(kFleet, {"--fake-run-s", "0.1", "--connecting", "8"});
  }

  TestCa ca{"Puppet CA: swarm"};
  std::unique_ptr<Daemon> watch;
  SwarmProgram swarm{*this, ca};
};

class SwarmFleetTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { fleet_ = std::make_unique<SwarmFleet>(); }
  static void TearDownTestSuite() { fleet_.reset(); }
  void SetUp() override {
    ASSERT_TRUE(fleet_ && swarm().tells("on_bus")) << swarm().program().output();
  }

  static SwarmProgram& swarm() { return fleet_->swarm; }
  static Finished muster(const Words& words) { return fleet_->muster(words); }
  static Words senders(const Value& call) {
    Words names;
    for (const auto& reply : call.at("replies")) names.push_back(reply.at("sender"));
    std::sort(names.begin(), names.end());
    return names;
  }
  static inline std::unique_ptr<SwarmFleet> fleet_;
};

TEST_F(SwarmFleetTest, FindSeesAllOfThem) {
  const auto found = muster({"find"});
  EXPECT_EQ(found.lines().size(), kFleet) << found.err;
  EXPECT_EQ(found.lines().front(), "node00000.swarm.example");
  EXPECT_EQ(found.lines().back(), fmt::format("node{:05}.swarm.example", kFleet - 1));
}

TEST_F(SwarmFleetTest, PingHearsEachOfThem) {
  const auto pinged = muster({"ping", "--json", "-t", kPatience});
  EXPECT_EQ(pinged.exit_code, 0) << pinged.err;
  EXPECT_EQ(senders(pinged.json()).size(), kFleet);
}

TEST_F(SwarmFleetTest, AFilterOnTheRareFactFindsOneInAHundred) {
  const auto found = muster({"find", "-F", "swarm_hundred=h42"});
  EXPECT_EQ(found.lines(), (Words{"node00042.swarm.example", "node00142.swarm.example"}));
}

// Presence does not tell it: each node judges the filter itself.
TEST_F(SwarmFleetTest, NodesJudgeAFilterThatPresenceDoesNotAnswer) {
  const auto found =
      muster({"find", "-F", "memory.system.total_bytes>1", "-F", "swarm_hundred=h07", "--json"});
  EXPECT_EQ(found.json().at("discovery"), "broadcast") << found.err;
  EXPECT_EQ(found.json().at("nodes").size(), 2U);
}

TEST_F(SwarmFleetTest, AnActionIsDoneByEachAndItsReplyIsTheNodesOwn) {
  const auto asked = muster({"rpc", "rpcutil", "get_fact", "fact=fqdn", "--json", "-t", kPatience});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  const auto document = asked.json();
  EXPECT_EQ(senders(document).size(), kFleet);
  for (const auto& reply : document.at("replies"))
    EXPECT_EQ(reply.at("data").at("value"), reply.at("sender"));
}

TEST_F(SwarmFleetTest, APuppetRunIsFollowedToItsEnd) {
  const auto run = muster({"puppet", "runonce", "-F", "swarm_hundred=h11"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
}

TEST_F(SwarmFleetTest, ABrokerThatDiesAndComesBackHasAllOfThemAgain) {
  fleet_->broker().signal(SIGKILL);
  ASSERT_TRUE(fleet_->broker().wait());
  fleet_->start_broker();
  ASSERT_TRUE(swarm().tells("back")) << swarm().program().output();
  const auto pinged = muster({"ping", "--json", "-t", kPatience});
  EXPECT_EQ(senders(pinged.json()).size(), kFleet) << pinged.err;
}

// The last: they are gone afterwards.
TEST_F(SwarmFleetTest, TerminatedItTakesAllOfThemDownInOrder) {
  EXPECT_EQ(swarm().stop(), 0) << swarm().program().output();
  EXPECT_GE(swarm().last("left").value("answered", 0), static_cast<int>(kFleet));
  const auto found = muster({"find"});
  EXPECT_TRUE(found.lines().empty()) << found.out;
}

}  // namespace
}  // namespace muster::test
