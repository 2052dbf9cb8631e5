#include "proto/approval/used.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::approval {
namespace {

using testing::HasSubstr;

class UsedApprovalsTest : public testing::Test {
 protected:
  Statement one(const std::string& caller = "alice") const {
    Statement out;
    out.id = new_id();
    out.caller = caller;
    out.asked_at_ms = clock_.unix_ms();
    out.until_ms = out.asked_at_ms + kHour;
    return out;
  }
  static constexpr std::int64_t kHour = 3'600'000;
  fakes::FakeClock clock_;
  fakes::TempFolder folder_;
  std::filesystem::path file_ = folder_ / "approvals.used";
};

TEST_F(UsedApprovalsTest, EachIsUsedOnceAlsoAfterARestart) {
  const auto first = one();
  UsedApprovals before(file_, clock_);
  EXPECT_EQ(before.why_not(first), "");
  ASSERT_TRUE(before.use(first));
  EXPECT_THAT(before.why_not(first), HasSubstr("used here before"));
  EXPECT_EQ(before.use(first).error().code, Errc::refused);
  EXPECT_TRUE(before.use(one())) << "another of the same caller";
  UsedApprovals after(file_, clock_);
  EXPECT_THAT(after.why_not(first), HasSubstr("used here before"));
  auto others = first;
  others.caller = "bob";
  EXPECT_TRUE(after.use(others)) << "another caller's with the same id";
}

TEST_F(UsedApprovalsTest, TheFileIsItsOwnersAlone) {
  const UsedApprovals used(file_, clock_);
  struct stat about {};
  ASSERT_EQ(::stat(file_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(UsedApprovalsTest, WhatWasAskedForBeforeTheFileBeganIsRefused) {
  const auto early = one();
  clock_.advance(std::chrono::minutes(1));
  for (const auto* content : {"", "muster-approvals-1 0",
                              "muster-approvals-1 0 0\n12 alice nohex\n", "something else\n"}) {
    if (*content != '\0') folder_.write("approvals.used", content);
    UsedApprovals used(file_, clock_);
    EXPECT_THAT(used.why_not(early), HasSubstr("ask again")) << content;
    EXPECT_EQ(used.why_not(one()), "") << content;
  }
  EXPECT_EQ(base::put_aside_since(folder_.path(), 0).size(), 3U);
}

TEST_F(UsedApprovalsTest, WhatCannotBeWrittenIsNotUsed) {
  UsedApprovals used(folder_.write("plain-file", "") / "approvals.used", clock_);
  EXPECT_FALSE(used.use(one()));
}

TEST_F(UsedApprovalsTest, AClockThatGoesBackBringsNoneBack) {
  UsedApprovals used(file_, clock_);
  const auto first = one();
  ASSERT_TRUE(used.use(first));
  clock_.set_unix_ms(first.until_ms + 1);
  ASSERT_TRUE(used.use(one())) << "forgets the first, which has ended";
  clock_.set_unix_ms(first.asked_at_ms);
  EXPECT_THAT(used.why_not(first), HasSubstr("set back"));
  EXPECT_THAT(UsedApprovals(file_, clock_).why_not(first), HasSubstr("set back"));
}

TEST_F(UsedApprovalsTest, ACallerHasAShare) {
  std::string text = "muster-approvals-1 0 0\n";
  for (std::size_t i = 0; i < kUsedOfOneCaller; ++i)
    text += std::to_string(clock_.unix_ms() + kHour) + " alice " + new_id() + "\n";
  folder_.write("approvals.used", text);
  UsedApprovals used(file_, clock_);
  EXPECT_EQ(used.use(one()).error().code, Errc::limit);
  EXPECT_TRUE(used.use(one("bob")));
}

}  // namespace
}  // namespace muster::approval
