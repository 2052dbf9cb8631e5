// Nodes that stop answering in the three ways a process can.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SilenceTest : public FleetTest {
 protected:
  static constexpr auto kOne = "n2.example.test";

  static std::vector<std::string> all_but_one() {
    auto rest = fleet().identities();
    std::erase(rest, kOne);
    return rest;
  }
};

TEST_F(SilenceTest, PingEndsWhenEverybodyOnlineHasAnswered) {
  const auto pinged = muster({"ping", "-t", "30"});
  EXPECT_EQ(pinged.exit_code, 0) << pinged.out << pinged.err;
  EXPECT_LT(pinged.took, std::chrono::seconds(10));
  EXPECT_THAT(pinged.out, HasSubstr("6 replies"));
}

TEST_F(SilenceTest, AStoppedAgentIsNamedAndTheExitCodeSaysSo) {
  auto& agent = fleet().node(kOne).agent();
  agent.pause();
  const auto pinged = muster({"ping", "-t", "1"});
  EXPECT_EQ(pinged.exit_code, 3);
  EXPECT_THAT(pinged.out, HasSubstr("5 replies"));
  EXPECT_THAT(pinged.out, HasSubstr("No response from:\n\n   n2.example.test\n"));
  const auto called = muster({"rpc", "rpcutil", "ping", "-t", "1", "--json"});
  EXPECT_EQ(called.exit_code, 3);
  EXPECT_THAT(called.json().at("no_responses"), ElementsAre(kOne));
  EXPECT_EQ(called.json().at("request_stats").at("responses"), 5);
  const auto asked = muster({"facts", "country", "-t", "1"});
  EXPECT_EQ(asked.exit_code, 3);
  EXPECT_THAT(asked.out, HasSubstr("5 / 6"));
  EXPECT_THAT(asked.out, HasSubstr(kOne));

  agent.resume();
  EXPECT_TRUE(fakes::wait_until([] { return muster({"ping", "-t", "1"}).exit_code == 0; }));
}

TEST_F(SilenceTest, AKilledAgentIsTakenDownByItsLastWillAndNoLongerExpected) {
  fleet().node(kOne).agent().signal(SIGKILL);
  EXPECT_TRUE(fleet().comes_to_have_online(all_but_one()));
  const auto pinged = muster({"ping", "-t", "30"});
  EXPECT_EQ(pinged.exit_code, 0) << pinged.out;
  EXPECT_THAT(pinged.out, HasSubstr("5 replies"));
  EXPECT_LT(pinged.took, std::chrono::seconds(10));
  fleet().node(kOne).start();
  EXPECT_TRUE(fleet().all_online());
}

TEST_F(SilenceTest, AnAgentToldToEndLeavesAtOnce) {
  auto& agent = fleet().node(kOne).agent();
  agent.signal(SIGTERM);
  EXPECT_EQ(agent.wait(std::chrono::seconds(5)), 0) << agent.output();
  // Its presence went before it did: there is nothing to wait for.
  EXPECT_EQ(muster({"find"}).lines(), all_but_one());
  EXPECT_THAT(agent.output(), HasSubstr("left the bus"));
  fleet().node(kOne).start();
  EXPECT_TRUE(fleet().all_online());
}

TEST_F(SilenceTest, WithNobodyOnlineItIsSaidAndNothingIsWaitedFor) {
  for (const auto& identity : fleet().identities()) fleet().node(identity).agent().signal(SIGTERM);
  EXPECT_TRUE(fleet().comes_to_have_online({}));
  for (const auto& command : {std::vector<std::string>{"find"}, {"rpc", "rpcutil", "ping"}}) {
    const auto asked = muster(command);
    EXPECT_EQ(asked.exit_code, 1);
    EXPECT_THAT(asked.err, HasSubstr("no node is online"));
  }
  const auto pinged = muster({"ping", "-t", "30"});
  EXPECT_EQ(pinged.exit_code, 1);
  EXPECT_THAT(pinged.err, HasSubstr("no node is online"));
  EXPECT_LT(pinged.took, std::chrono::seconds(10));
  for (const auto& identity : fleet().identities()) fleet().node(identity).start();
  EXPECT_TRUE(fleet().all_online());
}

}  // namespace
}  // namespace muster::test
