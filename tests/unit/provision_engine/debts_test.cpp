#include "orchestrator/provision/live/debts.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::provision {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const Debts& debts, const std::string& master) {
  std::vector<std::string> names;
  for (const auto& debt : debts.of(master)) names.push_back(debt.certname);
  return names;
}

constexpr std::int64_t kNow = 9'000;

class DebtsTest : public testing::Test {
 protected:
  std::unique_ptr<Debts> read() const { return Debts::open(file_).value(); }
  void owe(const Debt& debt) { ASSERT_TRUE(debts_->owe(debt, kNow)); }
  Debt only() const { return debts_->of("m1").at(0); }

  const fakes::TempFolder folder_;
  const std::filesystem::path file_ = folder_ / "debts.json";
  const std::unique_ptr<Debts> debts_ = read();
};

TEST_F(DebtsTest, OutliveARestartAsFarAsTheyAreNotPaid) {
  owe({"m1", "web1", 1'000, {}});
  owe({"m1", "web2", 2'000, {"0a", "0b"}});
  owe({"m2", "web1", 3'000, {}});
  debts_->pay({"m1", "web1", 1'000, {}}, {}, kNow);
  ASSERT_TRUE(debts_->save());
  const auto debts = read();
  EXPECT_EQ(debts->size(), 2U);
  EXPECT_THAT(names(*debts, "m1"), ElementsAre("web2"));
  EXPECT_EQ(debts->of("m1").front().issued_before_ms, 2'000);
  EXPECT_THAT(debts->of("m1").front().serials, ElementsAre("0a", "0b"));
  EXPECT_THAT(names(*debts, "m2"), ElementsAre("web1"));
}

TEST_F(DebtsTest, WhatIsOwedTwiceIsOneDebtOfTheLaterTimeAndAllSerials) {
  owe({"m1", "web1", 2'000, {"0a"}});
  owe({"m1", "web1", 1'000, {"0b"}});
  ASSERT_EQ(debts_->size(), 1U);
  EXPECT_EQ(only().issued_before_ms, 2'000);
  EXPECT_THAT(only().serials, ElementsAre("0a", "0b"));
}

TEST_F(DebtsTest, WhatIsOwedSinceIsNotPaidWithIt) {
  owe({"m1", "web1", 1'000, {}});
  const auto being_paid = only();
  owe({"m1", "web1", 2'000, {}});
  debts_->pay(being_paid, {}, kNow);
  EXPECT_TRUE(debts_->owes("m1", "web1"));
  debts_->pay(only(), {}, kNow);
  EXPECT_FALSE(debts_->owes("m1", "web1"));
  EXPECT_EQ(debts_->size(), 0U);
}

TEST_F(DebtsTest, WhatIsPaidButForSomeSerialsIsOwedOfThoseAlone) {
  owe({"m1", "web1", 1'000, {"0a", "0b"}});
  debts_->pay(only(), {"0b"}, kNow);
  ASSERT_TRUE(debts_->save());
  const auto left = read()->of("m1");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().issued_before_ms, 0);
  EXPECT_THAT(left.front().serials, ElementsAre("0b"));
}

TEST_F(DebtsTest, WhatAnotherSaysIsKnownWhicheverComesFirst) {
  client::DebtAccount heard{"m1", "web1", 2'000, {}, 0, {}, kNow};
  ASSERT_TRUE(debts_->hear(heard));
  EXPECT_EQ(only().issued_before_ms, 2'000);
  auto paid = heard;
  paid.paid_before_ms = 2'000;
  ASSERT_TRUE(debts_->hear(paid));
  EXPECT_EQ(debts_->hear(heard).value(), paid) << "an older word, which came late";
  EXPECT_FALSE(debts_->owes("m1", "web1"));
}

TEST_F(DebtsTest, ThatAllIsPaidIsForgottenOnceItIsOver) {
  owe({"m1", "web1", 1'000, {}});
  debts_->pay(only(), {}, kNow);
  debts_->forget_over(kNow);
  EXPECT_EQ(debts_->all().size(), 1U);
  debts_->forget_over(kNow + std::chrono::milliseconds(client::kDebtPaidFor).count() + 1);
  EXPECT_TRUE(debts_->all().empty());
}

std::set<std::string> serials(std::size_t from, std::size_t count) {
  std::set<std::string> serials;
  for (auto i = from; i < from + count; ++i) serials.insert(fmt::format("{:08x}", i));
  return serials;
}

// Nobody could say it, and who has it in its file would say nothing when it starts.
TEST_F(DebtsTest, WhatWouldBeTooLongToBeSaidTogetherWithWhatIsKnownIsNotHeard) {
  constexpr auto kMost = client::kDebtSerialsMax;
  ASSERT_TRUE(debts_->hear({"m1", "web1", 1'000, serials(0, kMost), 0, {}, kNow}));
  const auto more = debts_->hear({"m1", "web1", 1'000, serials(kMost, 1), 0, {}, kNow});
  EXPECT_EQ(more.error().code, Errc::limit);
  EXPECT_EQ(only().serials.size(), kMost);
}

TEST_F(DebtsTest, WhatIsHeardLeavesRoomForWhatIsOwed) {
  for (std::size_t i = 0; i < kDebtsHeardMax; ++i)
    ASSERT_TRUE(debts_->hear({"m1", fmt::format("made-up{}", i), 1'000, {}, 0, {}, kNow}));
  EXPECT_EQ(debts_->hear({"m1", "one-more", 1'000, {}, 0, {}, kNow}).error().code, Errc::limit);
  for (std::size_t i = 0; i < kDebtsMax; ++i) owe({"m1", fmt::format("web{}", i), 1'000, {}});
  EXPECT_EQ(debts_->owe({"m1", "one-more", 1'000, {}}, kNow).error().code, Errc::limit);
  ASSERT_TRUE(debts_->save());
  const auto again = read();
  EXPECT_EQ(again->size(), kDebtsMax + kDebtsHeardMax);
  EXPECT_EQ(again->owe({"m1", "one-more", 1'000, {}}, kNow).error().code, Errc::limit);
  EXPECT_TRUE(again->owe({"m1", "web1", 2'000, {}}, kNow)) << "which is one of ours already";
}

// Beyond what one link keeps on the bus nobody heard of what we owe next.
TEST_F(DebtsTest, WhatWeHavePaidTakesTheRoomThatIsLeftAndTheOldestGoes) {
  constexpr auto kRoom = kDebtsMax + kDebtsHeardMax;
  for (std::size_t i = 0; i < kRoom; ++i) {
    const Debt debt{"m1", fmt::format("web{}", i), 1'000, {}};
    const auto now_ms = kNow + static_cast<std::int64_t>(i);
    ASSERT_TRUE(debts_->owe(debt, now_ms));
    debts_->pay(debt, {}, now_ms);
  }
  EXPECT_EQ(debts_->all().size(), kRoom);
  EXPECT_TRUE(debts_->take_forgotten().empty());
  owe({"m1", "one-more", 1'000, {}});
  EXPECT_EQ(debts_->all().size(), kRoom + 1 - kPaidForgottenAtOnce);
  EXPECT_TRUE(debts_->owes("m1", "one-more"));
  EXPECT_FALSE(debts_->knows("m1", "web0"));
  EXPECT_TRUE(debts_->knows("m1", fmt::format("web{}", kPaidForgottenAtOnce)));
  const auto forgotten = debts_->take_forgotten();
  EXPECT_EQ(forgotten.size(), kPaidForgottenAtOnce);
  EXPECT_THAT(forgotten, testing::Contains(Debts::Key{"m1", "web0"}));
  EXPECT_TRUE(debts_->take_forgotten().empty());
}

TEST_F(DebtsTest, OfAllTogetherNoMoreSerialsAreKnownThanThereIsRoomFor) {
  constexpr auto kEach = client::kDebtSerialsMax;
  for (std::size_t i = 0; i < kDebtSerialsKnownMax / kEach; ++i)
    ASSERT_TRUE(
        debts_->hear({"m1", fmt::format("web{}", i), 1'000, serials(0, kEach), 0, {}, kNow}));
  EXPECT_EQ(debts_->hear({"m1", "more", 1'000, {"0a"}, 0, {}, kNow}).error().code, Errc::limit);
  EXPECT_TRUE(debts_->hear({"m1", "more", 1'000, {}, 0, {}, kNow}));
}

// Faults tried by hand, 4: two certificates stayed valid.
TEST_F(DebtsTest, WhatCouldNotBeWrittenIsNotTakenForWrittenAtTheNextTry) {
  const auto file = folder_ / "gone" / "debts.json";
  const auto debts = Debts::open(file).value();
  folder_.write("gone", "a file where the folder was");
  ASSERT_TRUE(debts->owe({"m1", "web1", 1, {}}, kNow));
  EXPECT_FALSE(debts->save());
  EXPECT_FALSE(debts->save());
  std::filesystem::remove(folder_ / "gone");
  ASSERT_TRUE(debts->save());
  EXPECT_THAT(names(**Debts::open(file), "m1"), ElementsAre("web1"));
}

}  // namespace
}  // namespace muster::provision
