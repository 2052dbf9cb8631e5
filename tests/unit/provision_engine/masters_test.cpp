// Who is a master: whom an endorsement names, as long as it speaks with a certificate of that CA.
#include "orchestrator/provision/live/masters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <utility>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/debt_payments.hpp"
#include "proto/base/guarded.hpp"
#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using client::must;
using testing::ElementsAre;
using testing::IsEmpty;

// Longer than any test waits: on a busy machine nobody is ill, or silent, only because time has passed.
constexpr std::chrono::milliseconds kNeverInATest = 3 * fakes::kPatience;

// A node that runs the agent puppetca and says that it is idle.
class Claimant {
 public:
  Claimant(client::ClientLab& lab, const std::string& name, const test::TestCa& ca,
           const Value& facts = Value::object())
      : node_(lab, name, ca.issue_node(name),
              [this](client::LabNode& node, const messages::Request& request) {
                if (request.action == "clean") {
                  cleaned_.with_lock([&](auto& all) { all.push_back(*request.arguments); });
                  if (hangs_) return hung_.with_lock([&](auto& all) { all.push_back(request); });
                }
                auto reply = node.reply_to(request);
                const bool of_facts = request.action == "get_facts";
                reply.data = of_facts ? Value{{"values", {{"rack.row", 7}, {"country", nullptr}}}}
                                      : Value{{"running", true}, {"load", 0.0}};
                if (request.action == "clean")
                  reply.data["unknown"] = unknown_.with_lock([](const auto& all) { return all; });
                node.send(request, reply);
              }) {
    auto presence = node_.presence(facts);
    presence.agents.push_back("puppetca");
    node_.show(presence);
  }
  int asked() const { return node_.heard(); }
  // It answers no more when it is asked to clean, until it goes on.
  void hang() { hangs_ = true; }
  void go_on() {
    hangs_ = false;
    for (const auto& request : hung_.with_lock([](auto& all) { return std::exchange(all, {}); }))
      node_.answer(request);
  }
  // Of what it is asked to clean its CA knows nothing of these.
  void knows_nothing_of(const std::vector<std::string>& serials) {
    unknown_.with_lock([&](auto& all) { all = serials; });
  }
  // What it was asked to clean.
  std::vector<Value> cleaned() const {
    return cleaned_.with_lock([](const auto& all) { return all; });
  }

 private:
  base::Guarded<std::vector<Value>> cleaned_;
  base::Guarded<std::vector<std::string>> unknown_;
  std::atomic<bool> hangs_{false};
  base::Guarded<std::vector<messages::Request>> hung_;
  client::LabNode node_;
};

class MastersTest : public testing::Test {
 protected:
  MastersTest() { must(lab_.link().learn_trust()); }

  void endorse(const test::TestCa& ca, const std::string& master,
               const Value& facts = Value::object()) {
    auto published = client::publish_trusted_ca(
        lab_.orchestrator(),
        {.certificate = ca.certificate(), .master = master, .patterns = {"*"}, .facts = facts});
    ASSERT_TRUE(published) << published.error().message;
    ASSERT_TRUE(lab_.link().believe(*published));
  }
  void withdraw(const test::TestCa& ca) {
    auto known = lab_.link().endorsements().find(ca.certificate().fingerprint()).value();
    known.withdrawn = true;
    ++known.number;
    ASSERT_TRUE(lab_.link().believe(known));
  }
  // Made when all presence is there.
  Masters& masters() {
    if (!masters_) {
      debts_ = Debts::open(folder_ / "debts.json").value();
      caller_ = client::Caller::start(lab_.link()).value();
      fleet_ = client::Fleet::watch(lab_.link()).value();
      must(fleet_->wait_complete(20s));
      pool_ = std::make_unique<loop::ThreadPool>(thread_.loop(), "pool", 2, 100);
      asker_ = std::make_unique<Asker>(*caller_, *pool_, thread_.loop(), waits_);
      masters_ = std::make_unique<Masters>(lab_.link(), *fleet_, *asker_, *pool_, *debts_, 20,
                                           facts_, HealthTimes{.timeout = kNeverInATest});
      payments_ = std::make_unique<DebtPayments>(
          DebtPayments::Parts{clock_, *fleet_, *asker_, *pool_, *debts_, *masters_, kNeverInATest});
      thread_.start("masters");
    }
    return *masters_;
  }
  void TearDown() override { thread_.stop(); }
  std::vector<MasterCandidate> candidates() {
    masters();
    return thread_.wait_for<std::vector<MasterCandidate>>(
        [this] { return masters_->candidates(); });
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& candidate : candidates()) names.push_back(candidate.identity);
    return names;
  }
  Status owe(const std::string& master, const std::string& certname) {
    masters();
    return thread_.wait_for<Status>([&] {
      return masters_->owe({master, certname, clock_.unix_ms(), {}});
    });
  }
  std::size_t pay_debts() {
    masters();
    return thread_.wait_for<std::size_t>([this] { return payments_->pay(); });
  }

  const fakes::TempFolder folder_;
  const base::SystemClock clock_;
  client::ClientLab lab_;
  const test::TestCa evil_{"Puppet CA: evil"};
  std::vector<std::string> facts_;  // by which the workflow chooses
  std::unique_ptr<Debts> debts_;
  loop::LoopThread thread_{clock_};  // outlives the caller, whose answers go to it
  loop::Waits waits_{thread_.loop()};
  std::unique_ptr<client::Caller> caller_;
  std::unique_ptr<client::Fleet> fleet_;
  std::unique_ptr<loop::ThreadPool> pool_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<Masters> masters_;
  std::unique_ptr<DebtPayments> payments_;
};

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
  const auto debts = Debts::open(folder_ / "others.json").value();
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

TEST_F(MastersTest, AMasterThatIsFullPaysAsWell) {
  endorse(lab_.pki().puppet_ca(), "m1");
  const Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  while (masters().enlist("m1")) continue;
  EXPECT_FALSE(candidates().at(0).healthy);
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
