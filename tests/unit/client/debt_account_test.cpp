#include "orchestrator/client/debt_account.hpp"

#include <gtest/gtest.h>

#include "proto/base/clock.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::client {
namespace {

constexpr std::int64_t kNow = 1'000'000;

class DebtAccountTest : public testing::Test {
 protected:
  DebtAccountTest() { pki_.trust(believed_); }
  static DebtAccount owed(std::int64_t before_ms, std::set<std::string> serials = {}) {
    return {"m1", "n1", before_ms, std::move(serials), 0, {}, kNow};
  }
  std::string sealed(const DebtAccount& account) const {
    return seal_debt(pki_.orchestrator().signer(), account).value();
  }
  Result<DebtAccount> read(const std::string& payload, const std::string& master = "m1",
                           const std::string& certname = "n1") {
    return read_debt(transport::topics::debt("main", master, certname), payload, believed_, kNow);
  }

  const base::SystemClock clock_;
  const test::TestPki pki_;
  security::TrustStore believed_{clock_};
};

TEST_F(DebtAccountTest, ItComesBackAsItWasSigned) {
  auto account = owed(900, {"0a", "0b"});
  account.paid_before_ms = 800;
  account.paid = {"0a"};
  const auto back = read(sealed(account));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, account);
}

TEST_F(DebtAccountTest, OfWhatSeveralSayTheLargerOfEachIsTrueInAnyOrder) {
  auto paid = owed(500, {"0a"});
  paid.paid_before_ms = 500;
  const auto more = owed(700, {"0b"});
  auto one = paid;
  auto other = more;
  EXPECT_TRUE(one.merge(more));
  EXPECT_TRUE(other.merge(paid));
  EXPECT_EQ(one, other);
  EXPECT_TRUE(one.is_open());
  EXPECT_GT(one.rank(), paid.rank());
  EXPECT_GT(one.rank(), more.rank());
  EXPECT_FALSE(one.merge(other));
}

TEST_F(DebtAccountTest, WhatIsPaidIsSaidForDaysAndThenOver) {
  const auto after_ms = kNow + std::chrono::milliseconds(kDebtPaidFor).count() + 1;
  auto account = owed(500, {"0a"});
  EXPECT_FALSE(account.is_over(after_ms)) << "it is owed";
  account.paid_before_ms = 500;
  EXPECT_TRUE(account.is_open()) << "not that serial";
  account.paid = {"0a"};
  EXPECT_FALSE(account.is_open());
  EXPECT_FALSE(account.is_over(kNow));
  EXPECT_TRUE(account.is_over(after_ms));
}

TEST_F(DebtAccountTest, AnothersTopicIsRefused) {
  EXPECT_EQ(read(sealed(owed(1)), "m2").error().code, Errc::refused);
  EXPECT_EQ(read(sealed(owed(1)), "m1", "n2").error().code, Errc::refused);
}

TEST_F(DebtAccountTest, ANodesWordIsRefused) {
  const auto by_node = seal_debt(pki_.puppet_ca().issue_node("n1").signer(), owed(1)).value();
  EXPECT_FALSE(read(by_node));
}

// It would have a master clean what the name gets later.
TEST_F(DebtAccountTest, ADebtOfATimeThatNoClockShowsYetIsRefused) {
  const auto ahead_ms = std::chrono::milliseconds(kDebtAheadMax).count();
  EXPECT_TRUE(read(sealed(owed(kNow + ahead_ms))));
  EXPECT_EQ(read(sealed(owed(kNow + ahead_ms + 1))).error().code, Errc::refused);
}

TEST_F(DebtAccountTest, MoreThanIsOwedCannotBePaid) {
  auto account = owed(1, {"0a"});
  account.paid_before_ms = 2;
  EXPECT_EQ(read(sealed(account)).error().code, Errc::invalid_data);
  account.paid_before_ms = 0;
  account.paid = {"0b"};
  EXPECT_EQ(read(sealed(account)).error().code, Errc::invalid_data);
}

// A list of long ones would fill the disks of all orchestrators, and no master would clean them.
TEST_F(DebtAccountTest, WhatIsNoSerialIsRefused) {
  EXPECT_TRUE(read(sealed(owed(1, {std::string(kDebtSerialMaxBytes, 'a')}))));
  for (const auto& none : {std::string(kDebtSerialMaxBytes + 2, 'a'), std::string("0A"),
                           std::string("0"), std::string(), std::string("zz")})
    EXPECT_EQ(read(sealed(owed(1, {none}))).error().code, Errc::invalid_data) << none;
}

TEST_F(DebtAccountTest, TooManySerialsDoNotTravel) {
  std::set<std::string> many;
  for (std::size_t i = 0; i <= kDebtSerialsMax; ++i) many.insert(std::to_string(i));
  EXPECT_EQ(seal_debt(pki_.orchestrator().signer(), owed(1, many)).error().code, Errc::limit);
}

}  // namespace
}  // namespace muster::client
