// Who is a master: whom an endorsement names, as long as it speaks with a certificate of that CA.
#include <future>

#include "orchestrator/client/retire_master.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/unit/provision_engine/masters_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using client::must;
using testing::ElementsAre;
using testing::IsEmpty;

class MastersTest : public MastersLab {};

TEST_F(MastersTest, ANodeThatRunsPuppetcaIsNoMasterUnlessAnEndorsementNamesIt) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  const Claimant thief(lab_, "n1", lab_.pki().puppet_ca());
  EXPECT_THAT(names(), ElementsAre("m1"));
  EXPECT_EQ(thief.asked(), 0) << "its word about its health is not even asked for";
  EXPECT_FALSE(masters().find("n1"));
  EXPECT_EQ(masters().find("m1")->ca_fingerprint,
            lab_.pki().puppet_ca().certificate().fingerprint());
}

TEST_F(MastersTest, AMastersNameUnderAnotherCaIsNotTheMaster) {
  endorse(lab_.pki().puppet_ca(), "m1");
  endorse(evil_, "m2");
  const Claimant thief(lab_, "m1", evil_);
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(masters().known(), ElementsAre("m1", "m2"));
}

TEST_F(MastersTest, AWithdrawnMasterIsNone) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  EXPECT_THAT(names(), ElementsAre("m1"));
  withdraw(lab_.pki().puppet_ca());
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(masters().known(), IsEmpty());
}

TEST_F(MastersTest, ThatAMasterIsRetiredCountsAtOnceAndItServesWhomItHas) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  ASSERT_EQ(candidates().at(0).retired_by, "");
  ASSERT_TRUE(client::mark_master(lab_.orchestrator(), "m1", "alice"));
  ASSERT_TRUE(lab_.link().believe(*lab_.orchestrator().endorsements().find(
      lab_.pki().puppet_ca().certificate().fingerprint())));
  const auto retired = candidates().at(0);
  EXPECT_EQ(retired.retired_by, "alice");
  EXPECT_TRUE(retired.healthy);
  EXPECT_TRUE(masters().find("m1"));
}

TEST_F(MastersTest, NodesAreSentToTheAddressThatAMasterHasNow) {
  endorse(lab_.pki().puppet_ca(), "m1");
  client::LabNode master(lab_, "m1");
  auto presence = master.presence();
  presence.agents.push_back("puppetca");
  presence.address = "192.0.2.1";
  master.show(presence);
  const auto address = [&] {
    const auto found = masters().find("m1");
    return found ? found->address : "";
  };
  EXPECT_EQ(address(), "192.0.2.1");
  presence.address = "192.0.2.77";
  presence.sent_at_ms += 1;
  master.show(presence);
  EXPECT_TRUE(fakes::wait_until([&] { return address() == "192.0.2.77"; }));
}

TEST_F(MastersTest, EndorsedFactsAreNotTheMastersToChange) {
  endorse(lab_.pki().puppet_ca(), "m1", {{"country", "us"}});
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca(), {{"country", "de"}});
  const auto all = candidates();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().facts, Value({{"country", "us"}}));
}

TEST_F(MastersTest, WithoutEndorsedFactsThoseOfItsPresenceChoose) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca(), {{"country", "de"}});
  EXPECT_EQ(candidates().at(0).facts, Value({{"country", "de"}}));
}

TEST_F(MastersTest, AMasterIsAskedForTheFactsThatTheWorkflowNames) {
  facts_ = {"rack.row", "country"};
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca(), {{"country", "de"}, {"region", "eu"}});
  EXPECT_EQ(candidates().at(0).facts, Value({{"rack.row", 7}, {"region", "eu"}}))
      << "its own word replaces what its presence said earlier";
}

TEST_F(MastersTest, EndorsedFactsAreNotAskedForEither) {
  facts_ = {"rack.row"};
  endorse(lab_.pki().puppet_ca(), "m1", {{"country", "us"}});
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  EXPECT_EQ(candidates().at(0).facts, Value({{"country", "us"}}));
}

TEST_F(MastersTest, AMasterThatWasDownWhenWeStartedIsKnownFromItsRetainedCa) {
  auto published = client::publish_trusted_ca(
      lab_.orchestrator(), {.certificate = evil_.certificate(), .master = "m2", .patterns = {"*"}});
  ASSERT_TRUE(published) << published.error().message;
  client::Link started(lab_.broker().connect("orchestrator2"), lab_.pki().orchestrator().signer(),
                       "main", clock_);
  lab_.pki().trust(started.operators());
  must(started.learn_trust());
  must(started.wait_trust());
  const auto debts = DebtKeeper::open(started, folder_ / "others.json").value();
  const auto caller = client::Caller::start(started).value();
  const auto fleet = client::Fleet::watch(started).value();
  loop::ThreadPool pool(thread_.loop(), "pool", 1, 1);
  Asker asker(*caller, pool, thread_.loop(), waits_);
  const Masters masters(started, *fleet, asker, pool, *debts, 20);
  EXPECT_THAT(masters.known(), ElementsAre("m2"));
}

TEST_F(MastersTest, AMastersOwnCertificateIsNeverCleaned) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  EXPECT_EQ(owe("m1", "m1").error().code, Errc::refused);
  must(debts_->owe({"m1", "m1", 1, {}}));  // whoever wrote it
  must(owe("m1", "n1"));
  EXPECT_EQ(pay_debts(), 2U);
  EXPECT_EQ(debts_->size(), 0U);
  EXPECT_EQ(master.asked(), 2) << "its health, and to clean n1";
}

// Faults tried by hand, 2: the master gave the name out again meanwhile, for another orchestrator.
TEST_F(MastersTest, WhatIsPaidIsWhatTheMasterHadIssuedWhenItWasOwed) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  const auto before = clock_.unix_ms();
  must(owe("m1", "n1"));
  const auto after = clock_.unix_ms();
  must(debts_->owe({"m1", "n1", 0, {"0a"}}));
  EXPECT_EQ(pay_debts(), 1U);
  ASSERT_EQ(master.cleaned().size(), 1U);
  const auto asked = master.cleaned().front();
  EXPECT_EQ(asked.at("certname"), "n1");
  EXPECT_EQ(asked.at("serials"), Value::array({"0a"}));
  EXPECT_GE(asked.at("issued_before_ms").get<std::int64_t>(), before);
  EXPECT_LE(asked.at("issued_before_ms").get<std::int64_t>(), after);
  EXPECT_FALSE(asked.contains("spare"));
}

TEST_F(MastersTest, ASerialThatTheMasterDoesNotKnowIsOwedAlone) {
  endorse(lab_.pki().puppet_ca(), "m1");
  Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  master.knows_nothing_of({"0b"});
  must(owe("m1", "n1"));
  must(debts_->owe({"m1", "n1", 0, {"0a", "0b"}}));
  EXPECT_EQ(pay_debts(), 0U);
  ASSERT_EQ(debts_->size(), 1U);
  EXPECT_EQ(debts_->of("m1").front().serials, std::set<std::string>{"0b"});
  EXPECT_EQ(debts_->of("m1").front().issued_before_ms, 0);
  EXPECT_EQ(pay_debts(), 0U);
  EXPECT_EQ(debts_->size(), 1U) << "nobody says that it is cleaned";
  master.knows_nothing_of({});
  EXPECT_EQ(pay_debts(), 1U);
}

// Made up by a stolen orchestrator, or of a CA that was made anew: they took the room for what others owe, for ever.
TEST_F(MastersTest, ASerialThatTheMasterDoesNotKnowCountsAsPaidAfterItsTime) {
  endorse(lab_.pki().puppet_ca(), "m1");
  Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  master.knows_nothing_of({"0a", "0b"});
  masters();
  fakes::FakeClock clock{clock_.unix_ms()};
  DebtPayments payments(
      DebtPayments::Parts{clock, *fleet_, *asker_, *pool_, *debts_, *masters_, kNeverInATest});
  const auto pay = [&] {
    return thread_.wait_for<std::size_t>([&payments] { return payments.pay(); });
  };
  must(debts_->owe({"m1", "n1", 0, {"0a"}}));
  EXPECT_EQ(pay(), 0U);
  clock.advance(kUnknownSerialOwedFor);
  must(debts_->owe({"m1", "n1", 0, {"0b"}}));
  EXPECT_EQ(pay(), 0U) << "an older copy of its CA may be put right";
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(pay(), 0U);
  EXPECT_EQ(debts_->of("m1").at(0).serials, std::set<std::string>{"0b"}) << "each has its time";
  clock.advance(kUnknownSerialOwedFor);
  EXPECT_EQ(pay(), 1U);
  EXPECT_EQ(debts_->size(), 0U);
}

TEST_F(MastersTest, WhoIsOnlineWithACertificateOfThatMasterIsSparedByName) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  const auto holder = lab_.pki().puppet_ca().issue_node("n1");
  client::LabNode node(lab_, "n1", holder);
  node.show(node.presence());
  must(owe("m1", "n1"));
  EXPECT_EQ(pay_debts(), 1U);
  ASSERT_EQ(master.cleaned().size(), 1U);
  EXPECT_EQ(master.cleaned().front().at("spare"), holder.certificate.fingerprint());
}

TEST_F(MastersTest, WhatAnotherHasPaidMeanwhileIsNotAskedForAgain) {
  endorse(lab_.pki().puppet_ca(), "m1");
  Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  must(owe("m1", "n1"));
  must(owe("m1", "n2"));
  master.hang();
  auto paid = std::async(std::launch::async, [this] { return pay_debts(); });
  ASSERT_TRUE(fakes::wait_until([&] { return master.cleaned().size() == 1; }));
  for (const auto& debt : debts_->of("m1")) must(debts_->paid(debt));
  master.go_on();
  paid.get();
  EXPECT_EQ(master.cleaned().size(), 1U);
  EXPECT_EQ(debts_->size(), 0U);
}

TEST_F(MastersTest, AMasterThatIsFullPaysAsWell) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  while (masters().enlist("m1")) continue;
  EXPECT_FALSE(candidates().at(0).healthy);
  EXPECT_FALSE(candidates().at(0).is_ill());
  must(owe("m1", "n1"));
  EXPECT_EQ(pay_debts(), 1U);
}

TEST_F(MastersTest, ManyNodesCostAMasterOneQuestion) {
  kept_ = kNeverInATest;
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  for (int node = 0; node < 20; ++node) EXPECT_THAT(names(), ElementsAre("m1"));
  EXPECT_EQ(master.asked(), 1);
}

TEST_F(MastersTest, AMasterThatIsSetAsideIsIllForNodesAndPaysAllTheSame) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  masters().set_aside("m1", "it did not answer puppetca#sign");
  const auto set_aside = candidates().at(0);
  EXPECT_TRUE(set_aside.is_ill());
  EXPECT_THAT(set_aside.ill_because, testing::HasSubstr("it did not answer puppetca#sign"));
  const auto states =
      thread_.wait_for<std::set<std::string>>([this] { return masters_->states(); });
  EXPECT_THAT(states, ElementsAre("m1 is ill"));
  must(owe("m1", "n1"));
  EXPECT_EQ(pay_debts(), 1U);
}

TEST_F(MastersTest, AMasterThatHangsKeepsNoOtherFromPaying) {
  endorse(lab_.pki().puppet_ca(), "m1");
  endorse(evil_, "m2");
  Claimant hangs(lab_, "m1", lab_.pki().puppet_ca());
  hangs.hang();
  const Claimant other(lab_, "m2", evil_);
  must(owe("m1", "n1"));
  must(owe("m2", "n1"));
  auto paid = std::async(std::launch::async, [this] { return pay_debts(); });
  EXPECT_TRUE(fakes::wait_until([&] { return hangs.cleaned().size() == 1; }));
  EXPECT_TRUE(fakes::wait_until([&] { return other.cleaned().size() == 1; }));
  hangs.go_on();
  EXPECT_EQ(paid.get(), 2U);
}

}  // namespace
}  // namespace muster::provision
