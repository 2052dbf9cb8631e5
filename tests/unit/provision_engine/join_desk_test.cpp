// The desk with a CA that answers over the bus: what the rules say is what is done.
#include "orchestrator/provision/live/join_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/fleet.hpp"
#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/messages/join.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::ClientLab;
using client::LabNode;

class JoinDeskTest : public testing::Test {
 protected:
  JoinDeskTest() { lab_.trust_nodes(); }
  void TearDown() override {
    if (gone_) gone_->stop();
    thread_.stop();
    pool_.reset();
    machine_->disconnect();
  }
  // The provider's program prints this, and leaves what it was asked in `asked.json`.
  void provider_says(const std::string& printed) {
    folder_.write("gone", "#!/bin/sh\ncat > '" + (folder_ / "asked.json").string() + "'\necho '" +
                              printed + "'\n");
    std::filesystem::permissions(folder_ / "gone", std::filesystem::perms::owner_all);
    gone_ = std::make_unique<InstanceGone>(folder_ / "gone");
  }

  // The CA of puppet-1 says this of every name.
  void ca_says(const std::string& state) {
    master_ = std::make_unique<LabNode>(
        lab_, "puppet-1", [this, state](LabNode& node, const messages::Request& request) {
          ++asked_;
          auto reply = node.reply_to(request);
          reply.data = {{"state", state}, {"fingerprint", "AB:CD"}};
          node.send(request, reply);
        });
  }
  void open(TokenLedger::Options ledger = {}) {
    ledger_ = TokenLedger::watch(lab_.link(), std::chrono::seconds(10), std::move(ledger)).value();
    fleet_ = client::Fleet::watch(lab_.link()).value();
    caller_ = client::Caller::start(lab_.link()).value();
    pool_ = std::make_unique<loop::ThreadPool>(thread_.loop(), "pool", 2, 1'000);
    asker_ = std::make_unique<Asker>(*caller_, *pool_, thread_.loop(), waits_);
    questions_ = std::make_unique<CaQuestions>(*asker_, thread_.loop(), *pool_, [] {
      return std::vector{Master{"puppet-1", "", "", "ca-1"}};
    });
    JoinDesk::Handlers handlers;
    handlers.on_joiner = [this](const Joiner&) { ++joined_; };
    handlers.on_refused = [this](const std::string&, const std::string& reason) {
      const std::lock_guard lock(mutex_);
      refusal_ = reason;
      ++refused_;
    };
    handlers.on_waiting = [this](const admission::Applicant& applicant, const std::string&) {
      const std::lock_guard lock(mutex_);
      if (!record_) record_ = client::Record{};
      record_->claim = messages::NameClaim{applicant.key_fingerprint, applicant.address, 1};
      ++waiting_;
    };
    handlers.record_of = [this](const std::string&) {
      const std::lock_guard lock(mutex_);
      ++looked_;
      return record_;
    };
    thread_.start("loop");
    desk_ = std::make_unique<JoinDesk>(
        lab_.link(), *fleet_, *ledger_, *questions_, gone_.get(),
        [] {
          admission::Rules rules;
          rules.collective = "main";
          return rules;
        },
        std::move(handlers));
    machine_ = lab_.broker().connect("machine");
    listening_ = machine_
                     ->subscribe(transport::topics::join_down("c1"), transport::Qos::at_least_once,
                                 [this](const transport::Message&) { ++answered_; })
                     .value();
  }
  security::TokenFile token(const std::function<void(security::JoinClaims&)>& change = {}) const {
    return lab_.pki().join_token(8884, 8883, clock_.unix_ms(), change);
  }
  void announce(const security::TokenFile& file, const x509::Key& join_key) {
    messages::JoinAnnounce wire;
    wire.client_id = "c1";
    wire.identity = "web-1";
    wire.nonce = "nonce";
    wire.token = file.token;
    wire.token_proof =
        file.key
            .sign(security::proof_bytes(security::kTokenKeyPurpose,
                                        {"nonce", "c1", "web-1", join_key.public_der()}))
            .value();
    desk_->judge("c1", security::Signer::with_key(join_key)
                           .seal(envelope::Kind::join_announce, test::body_of(wire))
                           .value());
  }
  void approve(const x509::Key& key) {
    const std::lock_guard lock(mutex_);
    record_ = client::Record{};
    record_->approval =
        messages::NameApproval{key.fingerprint(), "alice", 1, clock_.unix_ms() + 60'000};
  }

  ClientLab lab_;
  const base::SystemClock clock_;
  const x509::Key key_ = x509::Key::generate_p256().value();
  std::mutex mutex_;
  std::optional<client::Record> record_;
  std::string refusal_;         // the last one's reason
  std::atomic<int> looked_{0};  // at the name's record: once a judgement
  std::atomic<int> asked_{0}, joined_{0}, refused_{0}, waiting_{0};
  std::atomic<int> answered_{0};  // to the machine
  std::unique_ptr<transport::Bus> machine_;
  transport::Subscription listening_;
  std::unique_ptr<LabNode> master_;
  std::unique_ptr<TokenLedger> ledger_;
  std::unique_ptr<client::Fleet> fleet_;
  loop::LoopThread thread_{clock_};  // outlives the caller, whose answers go to it
  loop::Waits waits_{thread_.loop()};
  std::unique_ptr<client::Caller> caller_;
  fakes::TempFolder folder_;
  std::unique_ptr<loop::ThreadPool> pool_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<CaQuestions> questions_;
  std::unique_ptr<InstanceGone> gone_;
  std::unique_ptr<JoinDesk> desk_;
};

TEST_F(JoinDeskTest, AFreeNameIsGivenAfterOneQuestionToTheCa) {
  ca_says("absent");
  open();
  announce(token(), key_);
  EXPECT_TRUE(fakes::wait_until([&] { return joined_ == 1; }));
  EXPECT_EQ(asked_, 1);
}

TEST_F(JoinDeskTest, AThiefWithAPatternTokenWaitsAndIsToldOnce) {
  ca_says("signed");
  open();
  const auto file = token();
  announce(file, key_);
  EXPECT_TRUE(fakes::wait_until([&] { return waiting_ == 1; }));
  announce(file, key_);
  EXPECT_TRUE(fakes::wait_until([&] { return answered_ == 2; }));
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(waiting_, 1);
  EXPECT_EQ(ledger_->standing(file.claims, {"web-1", key_.fingerprint(), ""}).used, 0U);
}

// Another's step of its provisioning was published meanwhile, and did not know of the claim.
TEST_F(JoinDeskTest, AClaimThatWasLostIsShownAgain) {
  ca_says("signed");
  open();
  const auto file = token();
  announce(file, key_);
  ASSERT_TRUE(fakes::wait_until([&] { return waiting_ == 1; }));
  {
    const std::lock_guard lock(mutex_);
    record_->claim.reset();
  }
  announce(file, key_);
  EXPECT_TRUE(fakes::wait_until([&] { return waiting_ == 2; }));
}

TEST_F(JoinDeskTest, TheMachineThatAnOperatorSawIsNotExchanged) {
  ca_says("signed");
  open();
  announce(token(), key_);
  ASSERT_TRUE(fakes::wait_until([&] { return waiting_ == 1; }));
  announce(token(), x509::Key::generate_p256().value());
  ASSERT_TRUE(fakes::wait_until([&] { return answered_ == 2; }));
  approve(key_);
  desk_->judge_again("web-1");
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(waiting_, 1) << "people are not told of each that comes";
}

TEST_F(JoinDeskTest, AFullLedgerRefusesInWords) {
  ca_says("absent");
  std::atomic<int> told{0};
  open({.uses_max = 0, .on_full = [&](const std::string&) { ++told; }});
  announce(token(), key_);
  ASSERT_TRUE(fakes::wait_until([&] { return refused_ == 1; }));
  EXPECT_TRUE(fakes::wait_until([&] { return answered_ == 1; }));
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(told, 1);
  const std::lock_guard lock(mutex_);
  EXPECT_NE(refusal_.find("no token is used any more"), std::string::npos) << refusal_;
}

TEST_F(JoinDeskTest, ARevokedTokenFillsNoListOfNodes) {
  ca_says("absent");
  open();
  const auto file = token();
  ASSERT_TRUE(ledger_->revoke(file.claims.id, "alice", ""));
  for (std::size_t i = 0; i < kRefusedRecords.burst + 50; ++i) announce(file, key_);
  EXPECT_EQ(refused_, static_cast<int>(kRefusedRecords.burst));
}

TEST_F(JoinDeskTest, AnApprovalLetsTheMachineInThatWaitsWithoutAnotherAnnouncement) {
  ca_says("signed");
  open();
  announce(token(), key_);
  ASSERT_TRUE(fakes::wait_until([&] { return waiting_ == 1; }));
  approve(x509::Key::generate_p256().value());
  desk_->judge_again("web-1");
  // Each of the two is judged before the CA is asked and after it answered; then it waits.
  ASSERT_TRUE(fakes::wait_until([&] { return looked_ == 6; }));
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(joined_, 0) << "it was for another key";
  approve(key_);
  desk_->judge_again("web-1");
  EXPECT_EQ(joined_, 1);
}

TEST_F(JoinDeskTest, ABannedNameIsRefused) {
  ca_says("absent");
  open();
  ASSERT_TRUE(lab_.link().take(client::Ban{.identity = "web-1", .number = 1}));
  announce(token(), key_);
  EXPECT_EQ(refused_, 1);
  ASSERT_TRUE(lab_.link().take(client::Ban{.identity = "web-1", .banned = false, .number = 2}));
  announce(token(), key_);
  EXPECT_TRUE(fakes::wait_until([&] { return joined_ == 1; }));
}

TEST_F(JoinDeskTest, ATokenOfARevokedIssuerLetsNobodyIn) {
  ca_says("absent");
  open();
  ASSERT_TRUE(
      lab_.link().take(test::revoke(lab_.pki().root(), 1, {lab_.pki().issuer().certificate})));
  announce(token(), key_);
  EXPECT_EQ(joined_ + refused_ + waiting_ + asked_, 0) << "answered, and no record made";
}

TEST_F(JoinDeskTest, ATokenThatReplacesAsksNobody) {
  ca_says("signed");
  open();
  announce(token([](security::JoinClaims& claims) { claims.replace = true; }), key_);
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(asked_, 0);
}

TEST_F(JoinDeskTest, AProviderThatKnowsTheOldInstanceToBeGoneLetsTheNewOneIn) {
  ca_says("signed");
  provider_says(R"({"gone": true, "reason": "i-0abc was terminated"})");
  record_ = client::Record{};
  record_->address = "10.0.0.7";
  open();
  announce(token(), key_);
  EXPECT_TRUE(fakes::wait_until([&] { return joined_ == 1; }));
  EXPECT_EQ(waiting_, 0);
  const auto asked = Value::parse(folder_.read("asked.json"));
  EXPECT_EQ(asked.at("name"), "web-1");
  EXPECT_EQ(asked.at("held_address"), "10.0.0.7");
}

TEST_F(JoinDeskTest, AProviderThatKnowsTheOldInstanceFreesNoName) {
  ca_says("signed");
  provider_says(R"({"gone": false})");
  open();
  announce(token(), key_);
  EXPECT_TRUE(fakes::wait_until([&] { return waiting_ == 1; }));
  EXPECT_EQ(joined_, 0);
}

TEST_F(JoinDeskTest, WhoIsOnTheBusIsNotGoneWhateverAProviderSays) {
  ca_says("signed");
  provider_says(R"({"gone": true})");
  LabNode holder(lab_, "web-1");
  open();
  holder.show(holder.presence());
  ASSERT_TRUE(fakes::wait_until([&] { return fleet_->find("web-1").has_value(); }));
  announce(token(), key_);
  EXPECT_TRUE(fakes::wait_until([&] { return waiting_ == 1; }));
  EXPECT_EQ(joined_, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "asked.json"));
}

TEST_F(JoinDeskTest, ATokenWithoutItsKeyIsAnsweredAndNothingIsRecorded) {
  ca_says("absent");
  open();
  auto file = token();
  file.key = key_;
  announce(file, key_);
  EXPECT_EQ(joined_ + refused_ + waiting_ + asked_, 0);
}

TEST_F(JoinDeskTest, ARevokedTokenIsRefused) {
  ca_says("absent");
  open();
  const auto file = token();
  ASSERT_TRUE(ledger_->revoke(file.claims.id, "alice", ""));
  announce(file, key_);
  EXPECT_EQ(refused_, 1);
}

}  // namespace
}  // namespace muster::provision
