// A restarted agent and the requests that it saw before.
#include "proto/security/replay_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "proto/base/put_aside.hpp"
#include "proto/security/replay_window.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::security {
namespace {

using testing::HasSubstr;
using ms = std::chrono::milliseconds;
constexpr std::int64_t kJournalStart = 1'700'000'000'000;
constexpr std::int64_t kJournalTtl = 60'000;

class ReplayJournalTest : public testing::Test {
 protected:
  ReplayJournal journal(const std::string& boot = "this-boot") const {
    return {folder_ / "requests.seen", boot};
  }
  std::string file() const { return folder_.read("requests.seen"); }

  fakes::TempFolder folder_;
  fakes::FakeClock clock_{kJournalStart};
};

TEST_F(ReplayJournalTest, WhatTheLastProcessCarriedOutIsAReplayForTheNext) {
  ASSERT_TRUE(ReplayWindow(clock_, journal()).admit({"alice", "a", kJournalStart, kJournalTtl}));
  clock_.advance(ms(500));
  ReplayWindow next(clock_, journal());
  const auto again = next.admit({"alice", "a", kJournalStart, kJournalTtl});
  EXPECT_EQ(again.error().code, Errc::refused);
  EXPECT_THAT(again.error().message, HasSubstr("replayed"));
}

TEST_F(ReplayJournalTest, ARestartGivesNobodyANewShare) {
  {
    ReplayWindow first(clock_, journal());
    for (std::size_t i = 0; i < kReplayShareMax; ++i)
      ASSERT_TRUE(first.admit({"mallory", std::to_string(i), kJournalStart, kJournalTtl}));
  }
  ReplayWindow next(clock_, journal());
  EXPECT_EQ(next.admit({"mallory", "more", kJournalStart, kJournalTtl}).error().code, Errc::limit);
  EXPECT_TRUE(next.admit({"alice", "more", kJournalStart, kJournalTtl}));
}

TEST_F(ReplayJournalTest, ASenderWhoseClockIsBehindIsHeardRightAfterARestart) {
  { const ReplayWindow first(clock_, journal()); }
  clock_.advance(ms(10'000));
  ReplayWindow next(clock_, journal());
  EXPECT_TRUE(next.admit({"alice", "from two seconds ago", clock_.unix_ms() - 2'000, kJournalTtl}));
}

TEST_F(ReplayJournalTest, WhatWasSentBeforeTheFirstProcessStaysRefused) {
  { const ReplayWindow first(clock_, journal()); }
  clock_.advance(ms(1'000));
  ReplayWindow next(clock_, journal());
  const auto old = next.admit({"alice", "a", kJournalStart - 1, kJournalTtl});
  EXPECT_EQ(old.error().code, Errc::expired);
  EXPECT_THAT(old.error().message, HasSubstr("send it again"));
}

TEST_F(ReplayJournalTest, ASenderWhoseClockIsAheadCannotBeReplayedAfterARestart) {
  const auto ahead = kJournalStart + 20'000;
  ASSERT_TRUE(ReplayWindow(clock_, journal()).admit({"alice", "a", ahead, kJournalTtl}));
  clock_.advance(ms(100));
  EXPECT_EQ(ReplayWindow(clock_, journal()).admit({"alice", "a", ahead, kJournalTtl}).error().code,
            Errc::refused);
}

TEST_F(ReplayJournalTest, AfterAPowerFailureOnlyWhatIsSentFromThenOnIsHeard) {
  ASSERT_TRUE(ReplayWindow(clock_, journal("before"))
                  .admit({"alice", "a", kJournalStart + 5'000, kJournalTtl}));
  clock_.advance(ms(1'000));
  ReplayWindow next(clock_, journal("after"));
  EXPECT_EQ(next.admit({"alice", "lost record", clock_.unix_ms() - 1, kJournalTtl}).error().code,
            Errc::expired);
  EXPECT_EQ(next.admit({"alice", "a", kJournalStart + 5'000, kJournalTtl}).error().code,
            Errc::refused);  // was not lost
  EXPECT_TRUE(next.admit({"alice", "b", clock_.unix_ms(), kJournalTtl}));
}

TEST_F(ReplayJournalTest, ABootThatCannotBeToldIsNeverTheSame) {
  ASSERT_TRUE(ReplayWindow(clock_, journal("")).admit({"alice", "a", kJournalStart, kJournalTtl}));
  clock_.advance(ms(1'000));
  EXPECT_EQ(ReplayWindow(clock_, journal(""))
                .admit({"alice", "b", kJournalStart, kJournalTtl})
                .error()
                .code,
            Errc::expired);
}

TEST_F(ReplayJournalTest, AFileThatWasCutOffIsNotTrusted) {
  ASSERT_TRUE(ReplayWindow(clock_, journal()).admit({"alice", "a", kJournalStart, kJournalTtl}));
  const auto whole = file();
  clock_.advance(ms(1'000));
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const auto end_of_line = bytes == whole.find('\n') + 1;
    if (end_of_line) continue;  // looks as if nothing had been seen
    folder_.write("requests.seen", whole.substr(0, bytes));
    ReplayWindow next(clock_, journal());
    EXPECT_FALSE(next.admit({"alice", "a", kJournalStart, kJournalTtl})) << bytes;
    EXPECT_TRUE(next.admit({"alice", "b", clock_.unix_ms(), kJournalTtl})) << bytes;
  }
}

TEST_F(ReplayJournalTest, GarbageIsNotTrusted) {
  for (const auto* garbage :
       {"garbage", "muster-seen-1", "muster-seen-1 this-boot", "muster-seen-1 x y z\n", "\n\n",
        "muster-seen-1 this-boot 0 0\n5 zz\n", "muster-seen-2 this-boot 0 0\n"}) {
    folder_.write("requests.seen", garbage);
    EXPECT_FALSE(
        ReplayWindow(clock_, journal()).admit({"alice", "a", kJournalStart - 1, kJournalTtl}))
        << garbage;
  }
  EXPECT_EQ(base::put_aside_since(folder_.path(), 0).size(), 3U) << "what has another form";
}

TEST_F(ReplayJournalTest, AnyIdStaysOnItsLine) {
  const std::string id = "a b\n\0c\xff";
  ASSERT_TRUE(ReplayWindow(clock_, journal()).admit({"alice", id, kJournalStart, kJournalTtl}));
  EXPECT_EQ(
      ReplayWindow(clock_, journal()).admit({"alice", id, kJournalStart, kJournalTtl}).error().code,
      Errc::refused);
}

TEST_F(ReplayJournalTest, ForgottenIdsDoNotFillTheDisk) {
  ReplayWindow window(clock_, journal());
  for (std::size_t i = 0; i < 5 * kReplayJournalSlack; ++i) {
    ASSERT_TRUE(window.admit({"alice", std::to_string(i), clock_.unix_ms(), 1}));
    clock_.advance(ms(2));
  }
  const auto text = file();
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  EXPECT_LT(lines, 2 * kReplayJournalSlack);
}

TEST_F(ReplayJournalTest, AClockSetBackBringsNothingBackAfterARestartEither) {
  {
    ReplayWindow window(clock_, journal());
    ASSERT_TRUE(window.admit({"alice", "a", kJournalStart, 1}));
    for (std::size_t i = 0; i < 2 * kReplayJournalSlack; ++i) {  // until "a" has left the file
      clock_.advance(ms(2));
      ASSERT_TRUE(window.admit({"alice", std::to_string(i), clock_.unix_ms(), 1}));
    }
  }
  clock_.set_unix_ms(kJournalStart);
  EXPECT_FALSE(ReplayWindow(clock_, journal()).admit({"alice", "a", kJournalStart, 1}));
}

TEST_F(ReplayJournalTest, WithoutAPlaceToWriteItTheWindowStillWorks) {
  folder_.write("not-a-folder", "");
  ReplayWindow window(clock_, {folder_ / "not-a-folder" / "requests.seen", "this-boot"});
  EXPECT_TRUE(window.admit({"alice", "a", kJournalStart, kJournalTtl}));
  EXPECT_EQ(window.admit({"alice", "a", kJournalStart, kJournalTtl}).error().code, Errc::refused);
  EXPECT_EQ(window.admit({"alice", "b", kJournalStart - 1, kJournalTtl}).error().code,
            Errc::expired);
}

TEST_F(ReplayJournalTest, TheFileIsItsOwnersAlone) {
  { const ReplayWindow window(clock_, journal()); }
  const auto mode = std::filesystem::status(folder_ / "requests.seen").permissions();
  EXPECT_EQ(mode, std::filesystem::perms(0600));
}

}  // namespace
}  // namespace muster::security
