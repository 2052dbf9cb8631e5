#include "orchestrator/provision/live/debts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::provision {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const Debts& debts, const std::string& master) {
  std::vector<std::string> names;
  for (const auto& debt : debts.of(master)) names.push_back(debt.certname);
  return names;
}

TEST(DebtsTest, OutliveARestart) {
  const fakes::TempFolder folder;
  {
    auto debts = *Debts::open(folder.path() / "debts.json");
    ASSERT_TRUE(debts->owe({"m1", "web1", 1'000, {}}));
    ASSERT_TRUE(debts->owe({"m1", "web2", 2'000, {"0a", "0b"}}));
    ASSERT_TRUE(debts->owe({"m2", "web1", 3'000, {}}));
    ASSERT_TRUE(debts->paid({"m1", "web1", 1'000, {}}));
  }
  auto debts = *Debts::open(folder.path() / "debts.json");
  EXPECT_THAT(names(*debts, "m1"), ElementsAre("web2"));
  EXPECT_EQ(debts->of("m1").front().issued_before_ms, 2'000);
  EXPECT_THAT(debts->of("m1").front().serials, ElementsAre("0a", "0b"));
  EXPECT_THAT(names(*debts, "m2"), ElementsAre("web1"));
}

TEST(DebtsTest, WhatIsOwedTwiceIsOneDebtOfTheLaterTimeAndAllSerials) {
  const fakes::TempFolder folder;
  auto debts = *Debts::open(folder.path() / "debts.json");
  ASSERT_TRUE(debts->owe({"m1", "web1", 2'000, {"0a"}}));
  ASSERT_TRUE(debts->owe({"m1", "web1", 1'000, {"0b"}}));
  ASSERT_EQ(debts->size(), 1U);
  EXPECT_EQ(debts->of("m1").front().issued_before_ms, 2'000);
  EXPECT_THAT(debts->of("m1").front().serials, ElementsAre("0a", "0b"));
}

TEST(DebtsTest, WhatIsOwedSinceIsNotPaidWithIt) {
  const fakes::TempFolder folder;
  auto debts = *Debts::open(folder.path() / "debts.json");
  ASSERT_TRUE(debts->owe({"m1", "web1", 1'000, {}}));
  const auto being_paid = debts->of("m1").front();
  ASSERT_TRUE(debts->owe({"m1", "web1", 2'000, {}}));
  ASSERT_TRUE(debts->paid(being_paid));
  EXPECT_EQ(debts->size(), 1U);
  ASSERT_TRUE(debts->paid(debts->of("m1").front()));
  EXPECT_EQ(debts->size(), 0U);
}

TEST(DebtsTest, WhatIsPaidButForSomeSerialsIsOwedOfThoseAlone) {
  const fakes::TempFolder folder;
  auto debts = *Debts::open(folder.path() / "debts.json");
  ASSERT_TRUE(debts->owe({"m1", "web1", 1'000, {"0a", "0b"}}));
  ASSERT_TRUE(debts->paid(debts->of("m1").front(), {"0b"}));
  const auto left = (*Debts::open(folder.path() / "debts.json"))->of("m1");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().issued_before_ms, 0);
  EXPECT_THAT(left.front().serials, ElementsAre("0b"));
}

TEST(DebtsTest, ADamagedFileIsAnErrorAndStays) {
  const fakes::TempFolder folder;
  const auto file = folder.path() / "debts.json";
  for (const auto* text :
       {"{", "{}", "[[1,2]]", R"([{"master": "m1"}])",
        R"([{"master": "m1", "certname": "web1", "issued_before_ms": "1", "serials": []}])",
        R"([{"master": "m1", "certname": "web1", "issued_before_ms": 1, "serials": [1]}])"}) {
    ASSERT_TRUE(base::write_file(file, text));
    const auto debts = Debts::open(file);
    ASSERT_FALSE(debts) << text;
    EXPECT_NE(debts.error().message.find(file.string()), std::string::npos);
    EXPECT_EQ(*base::read_file(file), text);
  }
}

// Faults tried by hand, 4: two certificates stayed valid.
TEST(DebtsTest, WhatCouldNotBeWrittenIsNotTakenForWrittenAtTheNextTry) {
  const fakes::TempFolder folder;
  const auto file = folder.path() / "gone" / "debts.json";
  auto debts = *Debts::open(file);
  folder.write("gone", "a file where the folder was");
  ASSERT_FALSE(debts->owe({"m1", "web1", 1, {}}));
  EXPECT_FALSE(debts->owe({"m1", "web1", 1, {}}));
  std::filesystem::remove(folder.path() / "gone");
  ASSERT_TRUE(debts->owe({"m1", "web1", 1, {}}));
  EXPECT_THAT(names(**Debts::open(file), "m1"), ElementsAre("web1"));
}

}  // namespace
}  // namespace muster::provision
