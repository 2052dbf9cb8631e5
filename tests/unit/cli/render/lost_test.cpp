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

}  // namespace
}  // namespace muster::cli::render
