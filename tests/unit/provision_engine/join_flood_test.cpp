// Announcements of those who have the join password and no good token.
#include <gtest/gtest.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/provision/live/join_desk.hpp"
#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/messages/join.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::must;

class JoinFloodTest : public testing::Test {
 protected:
  std::string announcement(const std::string& token) {
    messages::JoinAnnounce wire;
    wire.client_id = "c1";
    wire.identity = "web1.example.com";
    wire.token = token;
    wire.nonce = "0123456789abcdef0123456789abcdef";
    return security::Signer::with_key(key_)
        .seal(envelope::Kind::join_announce, test::body_of(wire))
        .value();
  }
  // How many answers reached the machine so far.
  std::size_t answers() {
    must(lab_.link().fence(fakes::kPatience));
    return answers_;
  }

  fakes::FakeClock clock_{base::SystemClock().unix_ms()};
  client::ClientLab lab_{clock_};
  x509::Key key_ = x509::Key::generate_p256().value();
  std::atomic<std::size_t> answers_{0};
  std::unique_ptr<transport::Bus> machine_ = lab_.broker().connect("c1");
  std::unique_ptr<client::Fleet> fleet_ = client::Fleet::watch(lab_.link()).value();
  std::unique_ptr<TokenLedger> ledger_ = TokenLedger::watch(lab_.link(), fakes::kPatience).value();
  std::size_t records_ = 0;
  loop::LoopThread thread_{clock_};  // outlives the caller, whose answers go to it
  loop::Waits waits_{thread_.loop()};
  std::unique_ptr<client::Caller> caller_ = client::Caller::start(lab_.link()).value();
  loop::ThreadPool pool_{thread_.loop(), "pool", 1, 10};
  Asker asker_{*caller_, pool_, thread_.loop(), waits_};
  CaQuestions questions_{asker_, thread_.loop(), pool_, [] { return std::vector<Master>{}; }};
  JoinDesk desk_{lab_.link(),
                 *fleet_,
                 *ledger_,
                 questions_,
                 nullptr,
                 [] { return admission::Rules{}; },
                 {.on_joiner = [](const Joiner&) { ADD_FAILURE() << "nobody may join"; },
                  .on_refused = [this](const auto&, const auto&) { ++records_; },
                  .on_waiting = [this](const auto&, const auto&) { ++records_; },
                  .record_of = [](const std::string&) { return std::nullopt; }}};
};

TEST_F(JoinFloodTest, WithoutAGoodTokenThereIsNoRecordAndTheAnswersHaveALimit) {
  const auto listening =
      machine_->subscribe(transport::topics::join_down("c1"), transport::Qos::at_least_once,
                          [this](const transport::Message&) { ++answers_; });
  const auto message = announcement("garbage");
  desk_.judge("c1", message);
  EXPECT_TRUE(fakes::wait_until([this] { return answers_ == 1; }))
      << "a mistaken machine hears why";
  for (int i = 0; i < 5'000; ++i) desk_.judge("c1", message);
  EXPECT_EQ(answers(), kRefusedAnswers.burst);
  clock_.advance(kRefusedAnswers.every * 7 / 2);
  for (int i = 0; i < 100; ++i) desk_.judge("c1", message);
  EXPECT_EQ(answers(), kRefusedAnswers.burst + 3);
  EXPECT_EQ(records_, 0U);
}

TEST_F(JoinFloodTest, WhatIsNoAnnouncementLeavesNothing) {
  for (int i = 0; i < 1'000; ++i) desk_.judge("c1", "rubbish");
  desk_.judge("another client", announcement("garbage"));
  EXPECT_EQ(records_, 0U);
  EXPECT_EQ(answers(), 0U);
}

}  // namespace
}  // namespace muster::provision
