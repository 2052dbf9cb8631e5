// Announcements of those who have the join password and no good token.
#include <gtest/gtest.h>

#include "proto/messages/join.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/unit/provision_engine/desk_lab.hpp"

namespace muster::provision {
namespace {

class JoinFloodTest : public DeskLab {
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
  void flood(int times, const std::string& message) {
    for (int i = 0; i < times; ++i) {
      desk_.judge("c1", message, [] {});
      world_.loop.advance(std::chrono::milliseconds(0));
    }
    run_due();
  }
  int told_or_noted() const { return joined_ + refused_ + waiting_; }

  x509::Key key_ = x509::Key::generate_p256().value();
};

TEST_F(JoinFloodTest, WithoutAGoodTokenThereIsNoRecordAndTheAnswersHaveALimit) {
  const auto message = announcement("garbage");
  hear(message);
  EXPECT_EQ(answered_, 1) << "a mistaken machine hears why";
  flood(5'000, message);
  EXPECT_EQ(answered_, static_cast<int>(kRefusedAnswers.burst));
  world_.loop.advance(kRefusedAnswers.every * 7 / 2);
  flood(100, message);
  EXPECT_EQ(answered_, static_cast<int>(kRefusedAnswers.burst) + 3);
  EXPECT_EQ(told_or_noted(), 0);
}

TEST_F(JoinFloodTest, WhatIsNoAnnouncementLeavesNothing) {
  flood(1'000, "rubbish");
  hear(announcement("garbage"), "another client");
  EXPECT_EQ(told_or_noted() + answered_, 0);
  EXPECT_TRUE(desk_.idle());
}

}  // namespace
}  // namespace muster::provision
