#include "orchestrator/provision/live/debts.hpp"

#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::provision {
namespace {

TEST(DebtsTest, OutliveARestart) {
  const fakes::TempFolder folder;
  {
    auto debts = *Debts::open(folder.path() / "debts.json");
    ASSERT_TRUE(debts->owe("m1", "web1"));
    ASSERT_TRUE(debts->owe("m1", "web2"));
    ASSERT_TRUE(debts->owe("m2", "web1"));
    ASSERT_TRUE(debts->paid("m1", "web1"));
  }
  auto debts = *Debts::open(folder.path() / "debts.json");
  EXPECT_EQ(debts->of("m1"), std::vector<std::string>{"web2"});
  EXPECT_EQ(debts->of("m2"), std::vector<std::string>{"web1"});
}

TEST(DebtsTest, ADamagedFileIsAnErrorAndStays) {
  const fakes::TempFolder folder;
  const auto file = folder.path() / "debts.json";
  for (const auto* text : {"{", "{}", "[[1,2]]", "[[\"a\"]]"}) {
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
  ASSERT_FALSE(debts->owe("m1", "web1"));
  EXPECT_FALSE(debts->owe("m1", "web1"));
  std::filesystem::remove(folder.path() / "gone");
  ASSERT_TRUE(debts->owe("m1", "web1"));
  EXPECT_EQ((*Debts::open(file))->of("m1"), std::vector<std::string>{"web1"});
}

}  // namespace
}  // namespace muster::provision
