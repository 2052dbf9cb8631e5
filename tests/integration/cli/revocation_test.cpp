// Revoking and banning on a running fleet: real broker, orchestrator and agents.
#include <gmock/gmock.h>

#include <csignal>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RevocationOnTheBusTest : public FleetTest {
 protected:
  static constexpr auto kOne = "n1.example.test";
  static constexpr auto kTwo = "n2.example.test";

  // A further operator's configuration.
  static std::filesystem::path operator_config(const std::string& name) {
    const auto made = muster({"operator", "create", name});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    auto text = base::read_file(fleet().config()).value();
    for (const std::string what : {"operator.pem", "operator.key"})
      text.replace(text.find(what), what.size(), name + what.substr(what.find('.')));
    const auto config = fleet().in_operator(name + ".yaml");
    EXPECT_TRUE(base::write_file(config, text));
    return config;
  }
  // The broker's watch stands still: nodes and orchestrators are to refuse by themselves, before the broker does.
  void SetUp() override {
    FleetTest::SetUp();
    if (HasFatalFailure()) return;
    fleet().broker_watch().pause();
    paused_ = true;
  }
  void TearDown() override {
    if (paused_) fleet().broker_watch().resume();
  }
  static std::string audit_of(const std::string& node) {
    return base::read_file(fleet().node(node).file("state/audit.log")).value_or("");
  }
  static int ping_as(const std::filesystem::path& config) {
    const auto done = fleet().muster_with(config, {"ping", "-I", kOne, "--timeout", "1"});
    if (done.exit_code != 0)
      std::cout << done.out << done.err << std::flush;  // for whoever reads why
    return done.exit_code;
  }
  static void restart(const std::string& identity) {
    auto& node = fleet().node(identity);
    const auto before = node.agent().output().size();
    node.agent().signal(SIGTERM);
    ASSERT_TRUE(node.agent().wait());
    node.start();
    ASSERT_TRUE(node.agent().says("on the bus as " + identity, before));
  }

 private:
  bool paused_ = false;
};

TEST_F(RevocationOnTheBusTest, ARevokedOperatorIsRefusedWithinTwoSecondsAndAfterARestart) {
  const auto bob = operator_config("bob");
  {
    const auto orchestrator = fleet().start_orchestrator();
    ASSERT_EQ(ping_as(bob), 0);
    const auto done = muster({"operator", "revoke", "bob", "--reason", "key-compromise"});
    const auto published = std::chrono::steady_clock::now();
    ASSERT_EQ(done.exit_code, 0) << done.err << orchestrator->output();
    EXPECT_THAT(done.out, AllOf(HasSubstr("bob"), HasSubstr("refused from now on")));
    ASSERT_TRUE(fleet().node(kOne).agent().says("certificates were revoked"));
    EXPECT_LT(std::chrono::steady_clock::now() - published, std::chrono::seconds(2));
    EXPECT_EQ(ping_as(bob), 3);
    EXPECT_THAT(audit_of(kOne), HasSubstr("its certificate was revoked on"));
    EXPECT_EQ(ping_as(fleet().config()), 0) << "nobody else is";
  }
  // Nobody is there who could tell it anew but the broker, and the node's own disk.
  restart(kOne);
  EXPECT_EQ(ping_as(bob), 3);
  EXPECT_EQ(ping_as(fleet().config()), 0);
  EXPECT_THAT(muster({"trust", "revoked"}).out, HasSubstr("key-compromise"));
  fleet().broker_watch().resume();
  EXPECT_TRUE(fakes::wait_until([&] { return ping_as(bob) == 1; })) << "the broker lets him in";
}

TEST_F(RevocationOnTheBusTest, ARevokedOperatorAsksNoOrchestrator) {
  const auto carol = operator_config("carol");
  const auto orchestrator = fleet().start_orchestrator();
  ASSERT_EQ(muster({"operator", "revoke", "carol"}).exit_code, 0);
  const auto refused = fleet().muster_with(carol, {"node", "ban", kTwo});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(base::read_file(fleet().file("orchestrator/audit.log")).value_or(""),
              HasSubstr("'carol' is refused: its certificate was revoked on"));
}

TEST_F(RevocationOnTheBusTest, WithoutAnOrchestratorTheListIsHandedOverLater) {
  const auto dave = operator_config("dave");
  const auto alone = muster({"operator", "revoke", "dave"});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, AllOf(HasSubstr("the certificate is still believed"),
                               HasSubstr("muster trust publish"), HasSubstr("root.crl")));
  EXPECT_EQ(ping_as(dave), 0);
  const auto orchestrator = fleet().start_orchestrator();
  const auto handed = muster({"trust", "publish", fleet().in_operator("root.crl")});
  ASSERT_EQ(handed.exit_code, 0) << handed.err;
  EXPECT_TRUE(fakes::wait_until([&] { return ping_as(dave) == 3; }));
}

TEST_F(RevocationOnTheBusTest, ABannedNodeIsMutedAtOnceAndComesBack) {
  const auto orchestrator = fleet().start_orchestrator();
  const auto banned = muster({"node", "ban", kTwo, "--reason", "it was stolen"});
  ASSERT_EQ(banned.exit_code, 0) << banned.err;
  EXPECT_THAT(muster({"find"}).lines(), Not(Contains(kTwo)));
  EXPECT_THAT(muster({"find", "-v"}).err, HasSubstr("it was stolen"));
  EXPECT_THAT(muster({"ping", "-I", kTwo, "--timeout", "1"}).out,
              AllOf(HasSubstr("Not listened to"), HasSubstr("it was stolen"),
                    Not(HasSubstr("No response from"))));
  EXPECT_THAT(muster({"node", "list", "--banned"}).out,
              AllOf(HasSubstr(kTwo), HasSubstr("by operator")));
  EXPECT_THAT(base::read_file(fleet().file("orchestrator/audit.log")).value_or(""),
              HasSubstr("node_ban"));
  ASSERT_EQ(muster({"node", "unban", kTwo}).exit_code, 0);
  EXPECT_TRUE(fleet().all_online());
  EXPECT_THAT(muster({"node", "list", "--banned"}).lines(), IsEmpty());
}

}  // namespace
}  // namespace muster::test
