#include "orchestrator/daemon/damaged_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t kNowMs = 1'800'000'000'000;
constexpr std::int64_t kAgeHourMs = 3'600'000;

class DamagedFilesTest : public testing::Test {
 protected:
  std::filesystem::path damage(const std::string& name, std::int64_t at_ms = kNowMs) {
    const auto file = folder_.write(name, "half");
    return base::put_aside(file, {"file", "nothing follows", "it ends early"}, at_ms).value();
  }
  DamagedFiles files() {
    return {folder_.path(), "o1",
            [this](const client::LifecycleEvent& event, const plugins::Notification& people) {
              EXPECT_EQ(event.type, "file-damaged");
              EXPECT_EQ(event.identity, "o1");
              EXPECT_EQ(event.id, people.id);
              told_.push_back(people);
            }};
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& one : told_) ids.push_back(one.id);
    return ids;
  }

  const fakes::TempFolder folder_;
  std::vector<plugins::Notification> told_;
};

TEST_F(DamagedFilesTest, EachIsToldOnceWithItsNewNameAndOneId) {
  const auto aside = damage("bans.json");
  auto before = files();
  before.look(kNowMs + 1);
  before.look(kNowMs + 2);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_THAT(told_[0].text, HasSubstr(aside.string()));
  EXPECT_THAT(told_[0].text, Not(HasSubstr("audit")));
  damage("revocations/a.crl", kNowMs + 1);
  before.look(kNowMs + 3);
  EXPECT_EQ(told_.size(), 2U);
  const auto first = told_[0].id;
  told_.clear();
  files().look(kNowMs + 4);
  EXPECT_THAT(ids(), testing::Contains(first)) << "the same after a restart";
}

TEST_F(DamagedFilesTest, OfDebtsItSaysThatAnAuditIsDue) {
  damage("debts.json");
  files().look(kNowMs);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_THAT(told_[0].text, HasSubstr("muster provision audit"));
}

TEST_F(DamagedFilesTest, WhatWasPutAsideLongAgoIsNotToldAgain) {
  damage("bans.json", kNowMs - 25 * kAgeHourMs);
  files().look(kNowMs);
  EXPECT_THAT(told_, IsEmpty());
}

}  // namespace
}  // namespace muster::daemon
