// Who is a Puppet master, and whose a name is: what nodes, masters and CAs say of themselves does not decide it.
#include "orchestrator/admission/master_load.hpp"
#include "orchestrator/admission/master_name.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/debt_keeper.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::attack {
namespace {

// Two Puppet CAs that may each issue any name: that of the master m1, and that of m2.
class Master : public testing::Test {
 protected:
  Master() {
    client::must(lab_.link().learn_trust());
    endorse(lab_.pki().puppet_ca(), "m1");
    endorse(other_, "m2");
  }
  void endorse(const test::TestCa& ca, const std::string& master) {
    EXPECT_TRUE(
        lab_.link().believe(client::endorse(lab_.orchestrator(), ca.certificate(), {"*"}, master)));
  }
  Result<security::Opened> opened(const std::string& name, const test::Holder& holder) {
    const auto sealed = holder.signer().seal(envelope::Kind::presence, "body").value();
    return client::open_from_node(lab_.link(), transport::topics::presence("main", name), sealed,
                                  envelope::Kind::presence);
  }
  // Not believed, counted, told with both CAs.
  void expect_not_believed(const std::string& name, const test::Holder& holder) {
    const auto refused = opened(name, holder);
    ASSERT_FALSE(refused) << name << " is believed under another CA";
    for (const auto* ca : {&lab_.pki().puppet_ca(), &other_})
      EXPECT_NE(refused.error().message.find(ca->certificate().fingerprint()), std::string::npos)
          << refused.error().message;
    EXPECT_EQ(lab_.link().endorsements().refused(), 1U);
  }

  client::ClientLab lab_;
  const test::TestCa other_{"Puppet CA: other"};
};

TEST_F(Master, IsWhomAnEndorsementNamesAndNobodyElse) {
  row("stolen node", "runs the agent puppetca, to be given the nodes that join",
      "not asked; told that no CA is endorsed with it");
  client::LabNode thief(lab_, "n1");
  client::LabNode honest(lab_, "m1");
  for (auto* node : {&thief, &honest}) {
    auto shown = node->presence();
    shown.agents.emplace_back("puppetca");
    node->show(shown);
  }
  const auto fleet = client::Fleet::watch(lab_.link()).value();
  client::must(fleet->wait_complete(fakes::kPatience));
  ASSERT_TRUE(fleet->find("n1"));
  const fakes::TempFolder folder;
  const auto debts =
      muster::provision::DebtKeeper::open(lab_.orchestrator(), folder / "debts.json").value();
  fakes::VirtualLoop loop;
  const auto caller = client::Caller::start(lab_.link()).value();
  loop::Waits waits{loop};
  muster::provision::Asker asker(*caller, loop, loop, waits);
  const muster::provision::Masters masters(lab_.link(), *fleet, asker, loop, *debts, 20);
  const auto found = masters.find("n1");
  ASSERT_FALSE(found) << "n1 would be given nodes";
  EXPECT_NE(found.error().message.find("no CA is endorsed with it"), std::string::npos);
  EXPECT_EQ(thief.heard(), 0);
  EXPECT_TRUE(masters.find("m1")) << "the master itself is";
}

TEST_F(Master, AnothersNameIsNotItsCasToGive) {
  row("stolen master", "makes itself a certificate of another master's name, and speaks under it",
      "not believed, counted; told with both CAs");
  expect_not_believed("m1", other_.issue_node("m1"));
  EXPECT_TRUE(opened("m1", lab_.pki().node("m1"))) << "the master itself is believed";
}

TEST_F(Master, AClaimOfNoLoadDrawsNoFleet) {
  row("stolen master", "says that it has no load, whatever it has, to be given all nodes",
      "its lead is five nodes, whatever it says");
  std::vector<admission::MasterLoad> masters{{"evil", 0, 0, 0.0}, {"m1", 0, 0, 1.5}};
  for (int node = 0; node < 200; ++node)
    ++masters.at(admission::least_loaded(masters)).given;  // each is done before the next comes
  EXPECT_LE(masters.front().given, 100 + admission::kLeadMax);
  EXPECT_GE(masters.back().given, 100 - admission::kLeadMax);
}

TEST_F(Master, AnEndorsementEndsWithItsSigner) {
  row("stolen orchestrator", "endorses a CA of its own, for whose nodes it speaks ever after",
      "not believed once the signer's certificate has ended; told whose it was");
  const auto ca = other_.certificate().fingerprint();
  const auto known = lab_.link().endorsements().find(ca).value();
  const auto spoken = [&](std::int64_t now_ms) {
    return admission::may_speak({"n2", ca, &known, ""}, now_ms);
  };
  EXPECT_TRUE(spoken(lab_.link().clock().unix_ms()));
  const auto later = spoken(lab_.pki().orchestrator().certificate.not_after_ms());
  ASSERT_FALSE(later) << "its endorsement outlives it";
  EXPECT_NE(later.error().message.find("orchestrator1"), std::string::npos);
}

TEST_F(Master, ACaSpeaksForNoNodeThatAnotherProvisioned) {
  row("Puppet CA admin", "issues a certificate of another CA's node, whose name its patterns cover",
      "not believed, counted; told with both CAs");
  lab_.link().bind("n1", lab_.pki().puppet_ca().certificate().fingerprint());
  expect_not_believed("n1", other_.issue_node("n1"));
  EXPECT_TRUE(opened("n1", lab_.pki().node("n1"))) << "the node itself is believed";
  EXPECT_TRUE(opened("n2", other_.issue_node("n2"))) << "and the other CA's own";
}

}  // namespace
}  // namespace muster::attack
