// `muster find` asks a real orchestrator about a fleet of real agents over a real Mosquitto.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

// All but n4 register at once, and n4 in a minute at most.
class SnapshotFindTest : public FleetTest {
 protected:
  static void SetUpTestSuite() {
    FleetTest::SetUpTestSuite();
    orchestrator_ = fleet().start_orchestrator();
    for (const auto& identity : fleet().identities()) {
      if (identity == "n4.example.test") continue;
      auto& node = fleet().node(identity);
      node.write("agent.yaml", node.config_text("registration: {interval_s: 300, splay_s: 0}\n"));
      const auto before = node.agent().output().size();
      node.agent().signal(SIGHUP);
      if (!node.agent().says("on the bus as " + identity, before))
        throw std::runtime_error(node.agent().output());
    }
  }
  static void TearDownTestSuite() {
    orchestrator_.reset();
    FleetTest::TearDownTestSuite();
  }

  static Words names(const Value& found) { return found.at("nodes").get<Words>(); }
  // Once everybody who registers at once has.
  static Value found(const Words& filter) {
    Words words{"find", "--json"};
    words.insert(words.end(), filter.begin(), filter.end());
    Value last;
    EXPECT_TRUE(fakes::wait_until([&] {
      last = muster(words).json();
      return last.at("discovery") == "snapshot" && last.at("unregistered").get<int>() <= 1;
    })) << last;
    return last;
  }

  static inline std::unique_ptr<Daemon> orchestrator_;
};

TEST_F(SnapshotFindTest, AFilterOnAnyFactIsAnsweredByAnOrchestrator) {
  const auto rows = found({"-F", "rack.row=1"});
  EXPECT_THAT(names(rows), ElementsAre("n1.example.test", "n3.example.test"));
  EXPECT_EQ(rows.at("online"), 6);
  EXPECT_FALSE(rows.at("orchestrator").get<std::string>().empty());
  EXPECT_TRUE(rows.at("oldest_ms").is_number());
}

TEST_F(SnapshotFindTest, WhoIsOnTheBusIsFoundThoughItHasNotRegistered) {
  EXPECT_EQ(names(found({})), fleet().identities());
  EXPECT_THAT(names(found({"-F", "rack.row=2"})), ElementsAre("n2.example.test", "n4.example.test"))
      << "n4 was asked";
}

TEST_F(SnapshotFindTest, WhoAnsweredAndHowOldItIsIsSaidWithVerbose) {
  found({});
  const auto said = muster({"find", "-v", "-F", "country=de"});
  EXPECT_THAT(said.err, HasSubstr("6 nodes online"));
  EXPECT_THAT(said.err, HasSubstr("the oldest registration is"));
  EXPECT_THAT(muster({"find", "-F", "country=de"}).err, Not(HasSubstr("registration")));
}

TEST_F(SnapshotFindTest, CallsAreFoundTheSameWay) {
  const auto called = muster({"rpc", "rpcutil", "ping", "-F", "rack.row=1", "--json"}).json();
  EXPECT_EQ(called.at("request_stats").at("discovery"), "snapshot");
  EXPECT_EQ(called.at("replies").size(), 2U);
  const auto pinged = muster({"ping", "--json"}).json();
  EXPECT_EQ(pinged.at("request_stats").at("discovery"), "snapshot");
  EXPECT_EQ(pinged.at("replies").size(), 6U);
}

TEST_F(SnapshotFindTest, PresenceIsStillToBeHad) {
  EXPECT_EQ(muster({"find", "--dm", "presence", "--json"}).json().at("discovery"), "presence");
}

// The last: it ends the orchestrator.
TEST_F(SnapshotFindTest, WithoutAnOrchestratorPresenceTells) {
  orchestrator_.reset();
  const auto found = muster({"find", "-v", "--json"});
  EXPECT_EQ(found.json().at("discovery"), "presence");
  EXPECT_EQ(names(found.json()), fleet().identities());
  EXPECT_THAT(muster({"find", "-v"}).err, HasSubstr("no snapshot: "));
  EXPECT_EQ(muster({"find", "--dm", "snapshot"}).exit_code, 1);
}

}  // namespace
}  // namespace muster::test
