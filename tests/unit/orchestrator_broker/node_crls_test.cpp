#include "orchestrator/broker/node_crls.hpp"

#include <gmock/gmock.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::broker {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kHour = 3'600'000;

class NodeCrlsTest : public testing::Test {
 protected:
  x509::CaCrl list(std::uint64_t number, std::int64_t from = kNow - kHour,
                   std::int64_t until = kNow + kHour) const {
    return ca_.crl({.number = number, .this_update_ms = from, .next_update_ms = until});
  }
  Result<bool> offer(const x509::CaCrl& crl) { return crls_.offer(ca_.certificate(), crl, kNow); }
  // The number of the list that the file has for this CA.
  std::uint64_t written() const {
    const auto lists = x509::CaCrl::all_from_pem(crls_.text({ca_.certificate()})).value();
    return lists.size() < 2 ? 0 : lists.back().number();
  }

  test::TestCa ca_{"Puppet CA: one"};
  std::string placeholder_ = placeholder_crl(kNow - kHour).value();
  NodeCrls crls_{placeholder_};
};

TEST_F(NodeCrlsTest, TheFileIsNeverEmpty) {
  EXPECT_EQ(crls_.text({}), placeholder_);
  EXPECT_EQ(crls_.text({ca_.certificate()}), placeholder_) << "a CA without a list adds nothing";
}

TEST_F(NodeCrlsTest, ANewerListTakesThePlaceOfTheLast) {
  EXPECT_EQ(offer(list(1)), true);
  EXPECT_EQ(offer(list(2)), true);
  EXPECT_EQ(offer(list(2)), false);
  EXPECT_EQ(written(), 2U);
}

TEST_F(NodeCrlsTest, ANumberNeverGoesBack) {
  ASSERT_EQ(offer(list(5)), true);
  const auto refused = offer(list(4));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_FALSE(offer(list(5, kNow - 2 * kHour))) << "the same number, made earlier";
  EXPECT_EQ(written(), 5U);
}

TEST_F(NodeCrlsTest, NorOverARestart) {
  ASSERT_EQ(offer(list(5)), true);
  crls_ = NodeCrls(crls_.text({ca_.certificate()}));
  EXPECT_EQ(written(), 5U);
  EXPECT_FALSE(offer(list(4)));
  EXPECT_EQ(offer(list(6)), true);
  EXPECT_EQ(written(), 6U);
}

TEST_F(NodeCrlsTest, AForeignersListIsRefused) {
  const test::TestCa twin("Puppet CA: one");
  const auto refused = offer(twin.crl({.number = 9, .this_update_ms = kNow - kHour}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_EQ(written(), 0U);
}

TEST_F(NodeCrlsTest, OneThatHasEndedDoesNotReplaceOneThatHasNot) {
  ASSERT_EQ(offer(list(1)), true);
  const auto refused = offer(list(2, kNow - 2 * kHour, kNow));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::expired);
  EXPECT_EQ(written(), 1U);
}

TEST_F(NodeCrlsTest, OneThatBeginsLaterWaitsForItsTime) {
  ASSERT_EQ(offer(list(1)), true);
  EXPECT_EQ(offer(list(2, kNow + 1000)), false);
  EXPECT_EQ(written(), 1U);
  EXPECT_FALSE(crls_.advance(kNow));
  EXPECT_TRUE(crls_.advance(kNow + 1000));
  EXPECT_EQ(written(), 2U);
}

TEST_F(NodeCrlsTest, PeopleAreToldOfAListThatIsMissingOrEndsOrHasEnded) {
  const auto told = [&](std::int64_t now_ms) {
    const auto all = crls_.complaints({ca_.certificate()}, now_ms);
    return all.empty() ? std::string() : all.front().what;
  };
  EXPECT_THAT(told(kNow), HasSubstr("has not come"));
  ASSERT_EQ(offer(list(1, kNow - kHour, kNow + 2 * kCrlEndsSoonMs)), true);
  EXPECT_EQ(told(kNow), "");
  EXPECT_THAT(told(kNow + kCrlEndsSoonMs + 1), HasSubstr("ends on"));
  EXPECT_THAT(told(kNow + 2 * kCrlEndsSoonMs), HasSubstr("ended on"));
}

}  // namespace
}  // namespace muster::broker
