#include "orchestrator/cli/render/lost.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

using testing::HasSubstr;
using testing::Not;

client::NodeResult answered(Value data) {
  client::NodeResult master;
  master.identity = "m1.de";
  master.outcome = client::Outcome::ok;
  master.data = std::move(data);
  return master;
}

TEST(LostTextTest, EachLostCertificateIsShownAndHowToRevokeIt) {
  const auto master = answered(
      {{"lost",
        {{{"serial", "1f"}, {"name", "n1.de"}, {"expires_at", "2031-11-27T22:07:34.000Z"}}}},
       {"left_out", 2},
       {"unread_lines", 1}});
  EXPECT_TRUE(has_lost(master));
  const auto text = lost_text(master);
  EXPECT_THAT(text, HasSubstr("m1.de: 1 certificate is still valid"));
  EXPECT_THAT(text, HasSubstr("serial 1f  n1.de  until 2031-11-27\n"));
  EXPECT_THAT(text, HasSubstr("puppetca revoke_lost serial=SERIAL -I m1.de"));
  EXPECT_THAT(text, HasSubstr("2 more are not shown"));
  EXPECT_THAT(text, HasSubstr("1 lines of its inventory.txt"));
}

// A renewed certificate never lies in signed/: to its CA it looks like one that was lost.
TEST(LostTextTest, WhatANodeUsesIsNotToBeRevoked) {
  const Value found = {{"serial", "1f"}, {"name", "n1.de"}, {"expires_at", "2031-11-27T22:07:34Z"}};
  auto master = answered({{"lost", {found}}, {"left_out", 0}, {"unread_lines", 0}});
  tell_what_is_in_use(master, {{"m1.de", {"02", "ca 1"}}, {"n1.de", {"1f", "ca 1"}}});
  EXPECT_FALSE(has_lost(master));
  EXPECT_THAT(lost_text(master), Not(HasSubstr("1f")));
  EXPECT_EQ(master.data.at("lost").at(0).at("in_use"), "yes") << "for who reads it as JSON";
}

TEST(LostTextTest, TheSameNumberOfAnotherCaIsAnotherCertificate) {
  const Value found = {{"serial", "1f"}, {"name", "n1.de"}, {"expires_at", "2031-11-27T22:07:34Z"}};
  auto master = answered({{"lost", {found}}});
  tell_what_is_in_use(master, {{"m1.de", {"02", "ca 1"}}, {"n1.de", {"1f", "ca 2"}}});
  EXPECT_TRUE(has_lost(master));
  EXPECT_THAT(lost_text(master), HasSubstr("revoke_lost"));
}

TEST(LostTextTest, OfANodeThatIsNotOnlineItIsNotKnown) {
  const Value found = {{"serial", "1f"}, {"name", "n1.de"}, {"expires_at", "2031-11-27T22:07:34Z"}};
  auto master = answered({{"lost", {found}}});
  tell_what_is_in_use(master, {});
  EXPECT_TRUE(has_lost(master));
  EXPECT_THAT(lost_text(master), HasSubstr("its node is not online: it may use this one"));
  EXPECT_THAT(lost_text(master), HasSubstr("look at its certificate first"));
}

TEST(LostTextTest, NothingLostIsSaidToo) {
  const auto master = answered({{"lost", Value::array()}, {"left_out", 0}, {"unread_lines", 0}});
  EXPECT_FALSE(has_lost(master));
  EXPECT_EQ(lost_text(master), "m1.de: no certificate is lost\n");
}

TEST(LostTextTest, AReplyOfAnotherFormIsNotBelievedAndNothingHostileIsPrinted) {
  for (const auto& odd : {Value(), Value(7), Value{{"lost", 7}}, Value{{"lost", nullptr}}})
    EXPECT_FALSE(has_lost(answered(odd)));
  const auto text = lost_text(answered({{"lost", {{{"name", "n1\x1b[2J\nm9: all is well"}}, 5}}}));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\nm9")));
  EXPECT_THAT(text, HasSubstr("serial ?"));
}

TEST(LostTextTest, AMasterThatFailedSaysWhy) {
  client::NodeResult master;
  master.identity = "m1.de";
  master.outcome = client::Outcome::failed;
  master.message = "cannot read inventory.txt";
  EXPECT_EQ(lost_text(master), "m1.de: cannot read inventory.txt\n");
}

TEST(LostTextTest, WhatIsToldBeyondTheLimitIsLeftOutAndSaidWithWhatToDo) {
  std::vector<client::NodeResult> masters{answered({{"lost", Value::array()}}),
                                          answered({{"lost", {std::string(200, 'x')}}})};
  leave_out_beyond(masters, 100);
  EXPECT_EQ(masters[0].outcome, client::Outcome::ok);
  EXPECT_EQ(masters[1].outcome, client::Outcome::failed);
  EXPECT_THAT(masters[1].message, HasSubstr("muster provision audit -I m1.de"));
  EXPECT_TRUE(masters[1].data.is_null());
}

}  // namespace
}  // namespace muster::cli::render
