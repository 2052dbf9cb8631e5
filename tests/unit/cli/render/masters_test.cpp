#include "orchestrator/cli/render/masters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::cli::render {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNowMs = 1'800'000'000'000;
constexpr std::size_t kWide = 400;

class MastersTextTest : public testing::Test {
 protected:
  MasterShown shown() const {
    MasterShown one{.endorsement = {.certificate = ca_.certificate(),
                                    .master = "m1.de",
                                    .patterns = {"*.de"},
                                    .facts = {{"country", "de"}}}};
    one.ca = ca_.certificate().fingerprint();
    one.address = "10.0.0.2";
    one.health.emplace();
    one.health->outcome = client::Outcome::ok;
    one.health->data = {{"running", true}, {"load", 0.25}};
    one.members.movable = {"n1", "n2"};
    one.members.left = {{"n3", "it is not online"}};
    return one;
  }
  static std::string text(const MasterShown& one) {
    return masters_text({one}, kNowMs, Style(false), kWide);
  }
  const test::TestCa ca_{"Puppet CA: m1.de"};
};

TEST_F(MastersTextTest, AMasterIsALineWithItsNodesLoadAndWhatItServes) {
  const auto line = text(shown());
  EXPECT_THAT(line, HasSubstr("m1.de"));
  EXPECT_THAT(line, HasSubstr("10.0.0.2"));
  EXPECT_THAT(line, HasSubstr(ca_.certificate().fingerprint().substr(0, 16)));
  EXPECT_THAT(line, HasSubstr("0.25"));
  EXPECT_THAT(line, HasSubstr("country=de"));
  EXPECT_THAT(line, Not(HasSubstr("n3"))) << "nobody moves its nodes";
}

TEST_F(MastersTextTest, OfARetiredOneItIsSaidByWhomAndWhoStaysAndWhy) {
  auto one = shown();
  one.endorsement.retired_by = "alice";
  one.endorsement.retired_at_ms = kNowMs;
  EXPECT_THAT(text(one), HasSubstr("2027-01-15 by alice"));
  EXPECT_THAT(text(one), HasSubstr("   n3: it is not online\n"));
  const auto json = masters_json({one}).at("masters").at(0);
  EXPECT_EQ(json.at("retired_by"), "alice");
  EXPECT_EQ(json.at("members").at("count"), 3);
  EXPECT_EQ(json.at("members").at("left").at(0).at("node"), "n3");
  EXPECT_EQ(json.at("load"), 0.25);
}

TEST_F(MastersTextTest, WhoIsUnderWayForTooLongIsNamedWithTheTime) {
  auto one = shown();
  one.members.under_way = {{"n4", kNowMs - 1'000, false}, {"n5", kNowMs - 720'000, true}};
  EXPECT_THAT(text(one), HasSubstr("n5: it is under way for 12"));
  EXPECT_THAT(text(one), Not(HasSubstr("n4")));
}

TEST_F(MastersTextTest, OneThatIsAwaySilentOrDownSaysSo) {
  auto one = shown();
  one.health->data = {{"running", false}, {"reason", "its Puppet Server is starting"}};
  EXPECT_THAT(text(one), HasSubstr("its Puppet Server is starting"));
  one.health->outcome = client::Outcome::silent;
  EXPECT_THAT(text(one), HasSubstr("silent"));
  one.health->outcome = client::Outcome::refused;
  EXPECT_THAT(text(one), HasSubstr("not told"));
  one.health.reset();
  one.address.clear();
  EXPECT_THAT(text(one), HasSubstr("away"));
  EXPECT_EQ(masters_json({one}).at("masters").at(0).at("online"), false);
}

}  // namespace
}  // namespace muster::cli::render
