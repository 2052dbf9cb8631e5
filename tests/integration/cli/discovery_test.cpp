// Every command finds the same nodes, whichever way they are found.
#include <gmock/gmock.h>

#include "tests/integration/cli/asking.hpp"

namespace muster::test {
namespace {

struct Row {
  std::vector<std::string> filter;
  std::vector<std::string> nodes;
};

const Row kRows[] = {{{}, {"n1", "n2", "n3", "n4", "n5", "n6"}},
                     {{"-F", "country=de"}, {"n1", "n2", "n3"}},
                     {{"-F", "country=/^(de|fr)$/"}, {"n1", "n2", "n3", "n6"}},
                     {{"-F", "country!=de", "-C", "role::web"}, {"n4"}},
                     {{"-F", "rack.row>=2"}, {"n2", "n4", "n5", "n6"}},  // the nodes judge
                     {{"-F", "tier=edge"}, {"n6"}},  // the same: others have no such fact
                     {{"-C", "role::web"}, {"n1", "n4"}},
                     {{"-C", "/^role/"}, {"n1", "n2", "n4", "n5"}},
                     {{"-C", "base", "-C", "role::db"}, {"n2", "n5"}},
                     {{"-I", "n1.example.test", "-I", "n6.example.test"}, {"n1", "n6"}},
                     {{"-I", "/^n[45]\\./"}, {"n4", "n5"}},
                     {{"-A", "puppetca"}, {"n6"}},
                     {{"-W", "country=us role::db"}, {"n5"}},
                     {{"-S", "(country=de or country=us) and not role::web"}, {"n2", "n3", "n5"}},
                     {{"-S", "rack.row=1 and country=de"}, {"n1", "n3"}}};

TEST_F(AskingTest, EveryCommandAddressesTheNodesThatMatch) {
  for (const auto& row : kRows) {
    const auto filter = join(row.filter, {"--discovery-timeout", "0.5"});
    const auto expected = full(row.nodes);
    const auto found = muster(join({"find"}, filter));
    SCOPED_TRACE(testing::PrintToString(row.filter) + found.err);
    EXPECT_EQ(found.lines(), expected);
    EXPECT_EQ(found.exit_code, 0);
    for (const auto& command :
         {Words{"ping"}, Words{"facts", "country"}, Words{"rpc", "rpcutil", "daemon_stats"}}) {
      const auto asked = muster(join(join(command, filter), {"--json"}));
      EXPECT_EQ(asked.exit_code, 0) << command.front() << asked.err;
      EXPECT_EQ(senders(asked.json()), expected) << command.front();
    }
  }
}

TEST_F(AskingTest, AFilterThatPresenceAnswersNeedsNoWaiting) {
  const auto asked =
      muster({"rpc", "rpcutil", "ping", "-F", "country=de", "--json", "--discovery-timeout", "20"});
  EXPECT_EQ(asked.json().at("request_stats").at("discovery"), "presence");
  EXPECT_LT(asked.took, std::chrono::seconds(10));
}

TEST_F(AskingTest, AFilterThatOnlyTheNodesCanJudgeIsBroadcast) {
  const auto found = muster({"find", "-F", "rack.row=3", "--json", "--discovery-timeout", "0.5"});
  EXPECT_EQ(found.json().at("discovery"), "broadcast");
  EXPECT_EQ(found.json().at("nodes"), full({"n5", "n6"}));
}

TEST_F(AskingTest, OnlyNodesThatRunTheAgentAreExpectedToAnswer) {
  const auto asked = muster({"rpc", "puppetca", "health", "--json"});
  const auto document = asked.json();
  EXPECT_EQ(senders(document), full({"n6"}));
  EXPECT_EQ(document.at("no_responses"), Value::array());
}

TEST_F(AskingTest, NobodyWhoMatchesIsNamedWithTheFilterAndExit1) {
  for (const auto& command :
       {Words{"find"}, Words{"rpc", "rpcutil", "ping"}, Words{"facts", "os"}}) {
    const auto asked = muster(join(command, {"-F", "country=xx"}));
    EXPECT_EQ(asked.exit_code, 1);
    EXPECT_THAT(asked.err,
                testing::HasSubstr("none of the 6 nodes online matches -F 'country=xx'"));
    EXPECT_EQ(asked.out, "");
  }
  const auto pinged = muster({"ping", "-F", "country=xx"});
  EXPECT_EQ(pinged.exit_code, 1);
  EXPECT_THAT(pinged.err, testing::HasSubstr("none of the 6 nodes online matches -F 'country=xx'"));
}

}  // namespace
}  // namespace muster::test
