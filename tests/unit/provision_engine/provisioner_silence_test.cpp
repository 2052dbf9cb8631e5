// Nodes that are silent, and nodes that another orchestrator has.
#include "orchestrator/provision/provisioner.hpp"
#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class SilentNodeTest : public ProvisionerTest {
 protected:
  // web1 announced itself, and answers nothing.
  void be_silent() {
    world_.silent = {"provision#claim", "provision#status"};
    provisioner_.joined(joiner("web1"));
  }
  std::size_t claims() const { return world_.count("web1 joining provision#claim"); }
};

TEST_F(SilentNodeTest, ItIsAskedEverMoreSeldomAndNeverFails) {
  be_silent();
  advance(11s);
  const auto at_first = collective_.records["web1"].reason;
  EXPECT_THAT(at_first, HasSubstr("web1 is waited for since 20"));
  advance(1h);
  const auto asked = claims();
  EXPECT_GT(asked, 8U);
  EXPECT_LT(asked, 40U);
  EXPECT_EQ(state("web1"), "waiting");
  EXPECT_EQ(collective_.records["web1"].attempts, 0U);
  EXPECT_EQ(collective_.records["web1"].reason, at_first) << "since then";
  EXPECT_TRUE(world_.notified.empty());
}

TEST_F(SilentNodeTest, ItGoesOnAtOnceWhenItShowsItself) {
  be_silent();
  advance(1h);
  world_.silent.clear();
  provisioner_.joined(joiner("web1"));
  advance(20s);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(SilentNodeTest, ItKeepsNobodyElseWaiting) {
  world_.on("provision#claim", [this](const Value&) -> Result<Value> {
    if (!world_.calls.back().starts_with("dead")) return world_.claimed;
    return fail(Errc::timeout, "no answer");
  });
  for (const auto* node : {"dead1", "dead2", "dead3", "web1", "web2"})
    provisioner_.joined(joiner(node));
  advance(3min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(state("web2"), "finished");
  EXPECT_EQ(state("dead1"), "waiting");
}

TEST_F(SilentNodeTest, AFreePlaceOrAnotherMasterDoesNotWakeIt) {
  be_silent();
  advance(20min);
  EXPECT_FALSE(provisioner_.anyone_held_up());
  const auto asked = claims();
  provisioner_.masters_seen({"m-fr"});
  advance(0ms);
  EXPECT_EQ(claims(), asked);
}

class AnotherHasItTest : public ProvisionerTest {
 protected:
  // orch2 has web1, under fence 3, for a minute.
  AnotherHasItTest() {
    world_.on("provision#claim", [this](const Value& in) -> Result<Value> {
      instead_of_.push_back(in.value("instead_of", 0));
      if (instead_of_.back() == 3) return world_.claimed;
      return fail(Errc::aborted, "cert=orch2 holds the lease");
    });
    world_.on("provision#status", [this](const Value&) {
      return Value{{"state", "claimed"},
                   {"owner", "cert=orch2"},
                   {"fence", 3},
                   {"lapsed", false},
                   {"lease_expires_at_ms", world_.unix_ms() + 60'000}};
    });
  }

  std::vector<int> instead_of_;  // of each claim
};

TEST_F(AnotherHasItTest, AMemberIsGoneOnWithAtOnceWhenThatOneHasLeft) {
  collective_.members["web1"] = {{"provision", "claimed"}};
  node_did("enter-collective", "m-us");
  provisioner_.member_changed("web1");
  advance(1s);
  provisioner_.orchestrator_left("orch3");
  advance(1s);
  ASSERT_EQ(instead_of_.size(), 1U);
  provisioner_.orchestrator_left("orch2");
  advance(1s);
  EXPECT_EQ(instead_of_.back(), 3);
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

// What masters were asked for may be done yet: until the lease is over nobody has a certificate made.
TEST_F(AnotherHasItTest, OfWhoHasNoCertificateTheLeaseRunsOut) {
  provisioner_.joined(joiner("web1"));
  advance(1s);
  provisioner_.orchestrator_left("orch2");
  advance(30s);
  EXPECT_EQ(instead_of_.size(), 1U);
}

class ChangedAddressTest : public ProvisionerTest {};

// Its lease of the network ended, or it was moved: the link broke, its will took the announcement down, and it is back.
TEST_F(ChangedAddressTest, WhoComesBackWithAnotherAddressGoesOnAndTheRecordSaysWhereItIs) {
  runs_go_on();
  provisioner_.joined(joiner("web1"));
  advance(20s);
  ASSERT_EQ(state("web1"), "running");
  provisioner_.left("c-web1");
  auto moved = joiner("web1");
  moved.told_address = "10.0.0.77";
  provisioner_.joined(moved);
  puppet_ends_ = true;
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].address, "10.0.0.77");
  EXPECT_EQ(collective_.records["web1"].attempts, 1U);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 1U);
}

TEST_F(ChangedAddressTest,
       AnotherMachineThatIsGivenTheNameDuringARunIsNextAndChangesNothingOfTheFirst) {
  runs_go_on();
  provisioner_.joined(joiner("web1"));
  advance(20s);
  ASSERT_EQ(state("web1"), "running");
  auto second = joiner("web1");
  second.address = {"c-second", "key2"};
  second.key_fingerprint = "fp-second";
  second.told_address = "10.0.0.99";
  second.replaces = true;
  provisioner_.joined(second);
  puppet_ends_ = true;
  ASSERT_TRUE(world_.loop.advance_until([&] { return state("web1") == "finished"; }, 2min));
  EXPECT_EQ(collective_.records["web1"].key_fingerprint, "fp-web1");
  EXPECT_EQ(collective_.records["web1"].address, "10.0.0.1");
  advance(2min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].key_fingerprint, "fp-second");
  EXPECT_EQ(collective_.records["web1"].address, "10.0.0.99");
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 2U);
}

TEST_F(ChangedAddressTest, AMemberThatComesBackWithAnotherAddressGoesOn) {
  runs_go_on();
  collective_.members["web1"] = {{"provision", "claimed"}};
  node_did("enter-collective", "m-us");
  provisioner_.member_changed("web1");
  advance(20s);
  ASSERT_EQ(state("web1"), "running");
  collective_.members.erase("web1");
  advance(5s);
  collective_.members["web1"] = {{"provision", "claimed"}};
  provisioner_.member_changed("web1");
  puppet_ends_ = true;
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].attempts, 1U);
}

}  // namespace
}  // namespace muster::provision
