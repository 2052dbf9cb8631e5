#include "node-agent/daemon/join_session.hpp"

#include <gtest/gtest.h>

#include "proto/messages/join.hpp"
#include "proto/messages/reply.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/daemon/session_surroundings.hpp"

namespace muster::agent {
namespace {

constexpr auto kAnnounce = "muster/v1/join/c1/announce";

class JoinSessionTest : public testing::Test {
 protected:
  JoinSessionTest() {
    content_.identity = "n1";
    content_.nonce = "nonce";
    puppet_.cadir = folder_ / "no-ca";
  }
  std::unique_ptr<JoinSession> open() {
    auto session = JoinSession::over(around_.broker.connect("c1", test::MemoryWill{kAnnounce, ""}),
                                     "main", join_, signals_, around_.revocations);
    if (!session) throw std::runtime_error(session.error().message);
    return std::move(*session);
  }
  Result<security::OpenedByKey> announced() {
    return security::open_by_key(around_.broker.retained(kAnnounce).value_or(""),
                                 envelope::Kind::join_announce, join_.key.public_der());
  }

  SessionSurroundings around_;
  fakes::TempFolder folder_;
  plugins::PuppetPaths puppet_;
  const x509::Key token_key_ = x509::Key::generate_p256().value();
  AnnouncementContent content_;
  JoinIdentity join_{"c1", x509::Key::generate_p256().value()};
  Signals signals_{kSignalsMax};
  std::unique_ptr<transport::Bus> orchestrator_ = around_.broker.connect("orchestrator1");
};

TEST_F(JoinSessionTest, TheAnnouncementIsRetainedForOrchestratorsThatStartLater) {
  const auto session = open();
  EXPECT_EQ(session->client_id(), "c1");
  ASSERT_TRUE(session->announce(content_, token_key_, puppet_));
  const auto opened = announced();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(messages::JoinAnnounce::decode(opened->body)->nonce, "nonce");
}

TEST_F(JoinSessionTest, ANewAnnouncementReplacesTheOldOne) {
  const auto session = open();
  ASSERT_TRUE(session->announce(content_, token_key_, puppet_));
  content_.nonce = "another";
  ASSERT_TRUE(session->announce(content_, token_key_, puppet_));
  EXPECT_EQ(messages::JoinAnnounce::decode(announced()->body)->nonce, "another");
}

TEST_F(JoinSessionTest, LeavingOrDyingTakesItDown) {
  auto session = open();
  ASSERT_TRUE(session->announce(content_, token_key_, puppet_));
  session.reset();
  EXPECT_FALSE(around_.broker.retained(kAnnounce));
  session = open();
  ASSERT_TRUE(session->announce(content_, token_key_, puppet_));
  around_.broker.drop("c1");
  EXPECT_FALSE(around_.broker.retained(kAnnounce));
}

TEST_F(JoinSessionTest, WhatComesDownGoesToTheMainLoop) {
  const auto session = open();
  ASSERT_TRUE(orchestrator_->publish("muster/v1/join/c1/down", "a message", {}));
  ASSERT_TRUE(orchestrator_->publish("muster/v1/join/c2/down", "somebody else's", {}));
  ASSERT_TRUE(orchestrator_->publish("muster/v1/join/c1/down", "another", {}));
  for (const auto* expected : {"a message", "another"}) {
    const auto signal = signals_.pop_for(std::chrono::seconds(20));
    ASSERT_TRUE(signal);
    EXPECT_EQ(signal->kind, Signal::Kind::join_message);
    EXPECT_EQ(signal->text, expected);
  }
}

TEST_F(JoinSessionTest, ARequestIsAnsweredUpwardsWithTheAnnouncedKeyWhateverItsReplyTopic) {
  const auto session = open();
  Ear ear(around_.broker, "muster/v1/join/c1/up");
  auto wire = around_.gate.request();
  wire.targets.push_back("n1");
  wire.reply_to = "muster/v1/main/rep/bob/x";
  session->take(around_.gate.sealed(wire), around_.dispatcher);
  const auto opened =
      security::open_by_key(ear.next().payload, envelope::Kind::reply, join_.key.public_der());
  ASSERT_TRUE(opened) << opened.error().message;
  const auto reply = messages::Reply::decode(opened->body).value();
  EXPECT_EQ(reply.request_id, wire.id);
  EXPECT_EQ(reply.identity, "n1");
}

TEST_F(JoinSessionTest, ARequestThatDoesNotNameTheNodeIsIgnored) {
  const auto session = open();
  session->take(around_.gate.sealed(around_.gate.request()), around_.dispatcher);
  EXPECT_TRUE(around_.dispatcher.wait_idle(std::chrono::seconds(20)));
  EXPECT_EQ(around_.gate.statistics.filtered, 1U);
  EXPECT_EQ(around_.gate.statistics.replies, 0U);
}

}  // namespace
}  // namespace muster::agent
