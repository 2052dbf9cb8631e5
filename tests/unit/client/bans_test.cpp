#include "orchestrator/client/bans.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "orchestrator/admission/statement_number.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/from_node.hpp"
#include "proto/messages/node_ban.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

class BansTest : public testing::Test {
 protected:
  BansTest() {
    lab_.trust_nodes();
    must(lab_.link().learn_trust());
  }
  void publish(Ban ban) { must(publish_ban(lab_.orchestrator(), ban)); }
  bool comes_to_be_banned(const std::string& name, bool banned = true) {
    return fakes::wait_until([&] { return lab_.link().bans().banned(name).has_value() == banned; });
  }
  bool believed(const std::string& name) {
    const auto sealed =
        lab_.pki().node(name).signer().seal(envelope::Kind::presence, "body").value();
    return open_from_node(lab_.link(), transport::topics::presence("main", name), sealed,
                          envelope::Kind::presence)
        .has_value();
  }

  ClientLab lab_;
  const Ban ban_{.identity = "n1",
                 .number = 1,
                 .reason = "it was stolen",
                 .by = "alice",
                 .at_ms = 1'790'000'000'000};
};

TEST_F(BansTest, ABannedNodeIsHeardNoMoreUntilTheBanIsLifted) {
  ASSERT_TRUE(believed("n1"));
  publish(ban_);
  ASSERT_TRUE(comes_to_be_banned("n1"));
  EXPECT_FALSE(believed("n1"));
  EXPECT_TRUE(believed("n2"));
  EXPECT_EQ(lab_.link().endorsements().refused(), 1U) << "counted, and so told to the audit";
  EXPECT_EQ(lab_.link().bans().banned("n1")->text(),
            "'n1' is banned by alice since 2026-09-21T14:13:20.000Z: it was stolen");
  publish({.identity = "n1", .banned = false, .number = 2, .by = "alice"});
  ASSERT_TRUE(comes_to_be_banned("n1", false));
  EXPECT_TRUE(believed("n1"));
}

TEST_F(BansTest, AMessageThatCameAfterTheBanIsJudgedByIt) {
  publish(ban_);
  must(lab_.link().echo(fakes::kPatience));  // heard, perhaps not verified yet
  EXPECT_FALSE(believed("n1"));
}

TEST_F(BansTest, NumbersNeverGoBack) {
  BanList list;
  EXPECT_TRUE(list.take({.identity = "n1", .number = 2}).value());
  EXPECT_FALSE(list.take({.identity = "n1", .banned = false, .number = 1}).value());
  EXPECT_FALSE(list.take({.identity = "n1", .banned = false, .number = 2}).value());
  EXPECT_TRUE(list.banned("n1"));
  EXPECT_TRUE(list.take({.identity = "n1", .banned = false, .number = 3}).value());
  EXPECT_TRUE(list.take({.identity = "n1", .banned = true, .number = 3}).value())
      << "of one number the ban counts";
}

// Of a stolen orchestrator's ban, say: nobody could lift it.
TEST_F(BansTest, ANumberThatNobodyCanHaveReachedYetIsNotBelieved) {
  messages::NodeBan wire;
  wire.identity = "n1";
  wire.banned = true;
  const auto now_ms = lab_.link().clock().unix_ms();
  const auto read_numbered = [&](std::uint64_t number) {
    wire.number = number;
    const auto& signer = lab_.pki().orchestrator().signer();
    return read_ban(transport::topics::ban("main", "n1"),
                    signer.seal(envelope::Kind::node_ban, test::body_of(wire)).value(),
                    lab_.link().operators(), now_ms);
  };
  const auto last = read_numbered(std::numeric_limits<std::uint64_t>::max());
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, Errc::refused);
  EXPECT_TRUE(
      read_numbered(static_cast<std::uint64_t>(now_ms + admission::kNumberAheadMax.count())));
}

TEST_F(BansTest, ABannedMemberIsGoneAtOnce) {
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  n1.show(n1.presence());
  n2.show(n2.presence());
  const auto fleet = Fleet::watch(lab_.link()).value();
  must(fleet->wait_complete(fakes::kPatience));
  ASSERT_EQ(fleet->size(), 2U);
  publish(ban_);
  EXPECT_TRUE(fakes::wait_until([&] { return fleet->size() == 1; }));
  n1.show(n1.presence());
  must(fleet->wait_complete(fakes::kPatience));
  EXPECT_FALSE(fleet->find("n1"));
  EXPECT_EQ(fleet->refused(), 0U) << "that is no news";
  publish({.identity = "n1", .banned = false, .number = 2});
  EXPECT_TRUE(fakes::wait_until([&] { return fleet->find("n1") != nullptr; }))
      << "what it showed meanwhile is believed now";
}

TEST_F(BansTest, WhoWasShownBeforeItsBanIsThereAgainWithoutShowingItself) {
  LabNode n1(lab_, "n1");
  n1.show(n1.presence());
  const auto fleet = Fleet::watch(lab_.link()).value();
  must(fleet->wait_complete(fakes::kPatience));
  publish(ban_);
  ASSERT_TRUE(fakes::wait_until([&] { return fleet->size() == 0; }));
  publish({.identity = "n1", .banned = false, .number = 2});
  EXPECT_TRUE(fakes::wait_until([&] { return fleet->find("n1") != nullptr; }));
}

TEST_F(BansTest, OnlyAnOrchestratorBans) {
  const auto& pki = lab_.pki();
  for (const auto& who : {pki.operator_(), pki.node("n2"), pki.broker()}) {
    messages::NodeBan wire;
    wire.identity = "n1";
    wire.banned = true;
    wire.number = 9;
    const auto sealed = who.signer().seal(envelope::Kind::node_ban, test::body_of(wire)).value();
    const auto read =
        read_ban(transport::topics::ban("main", "n1"), sealed, lab_.link().operators(), 0);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::refused);
  }
}

TEST_F(BansTest, ABanIsForTheNodeOfItsTopic) {
  publish(ban_);
  ASSERT_TRUE(comes_to_be_banned("n1"));
  const auto sealed = lab_.broker().retained(transport::topics::ban("main", "n1")).value();
  const auto read = [&](const std::string& name, const std::string& payload) {
    return read_ban(transport::topics::ban("main", name), payload, lab_.link().operators(),
                    lab_.link().clock().unix_ms());
  };
  EXPECT_TRUE(read("n1", sealed));
  EXPECT_FALSE(read("n2", sealed));
  EXPECT_FALSE(read("n1", ""));
}

}  // namespace
}  // namespace muster::client
