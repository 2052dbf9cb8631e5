// What is written together, on a real file, beside a loop in virtual time.
#include "orchestrator/provision/live/ledger_disk.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

class LedgerDiskTest : public testing::Test, private loop::Executor {
 protected:
  loop::Task<Status>& keep(const std::string& topic, const std::string& message) {
    auto& task = tasks_[topic];
    task = disk_.keep({topic, message, LedgerRow::kForEver});
    task.start([] {});
    return task;
  }
  void work() { loop_.advance(std::chrono::milliseconds(0)); }
  std::map<std::string, std::string> rows() {
    std::map<std::string, std::string> rows;
    EXPECT_TRUE(
        file_->each([&](const auto& topic, const auto& message) { rows[topic] = message; }));
    return rows;
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  fakes::TempFolder folder_;
  std::shared_ptr<LedgerFile> file_ =
      LedgerFile::open(folder_ / "tokens.db", loop_.clock()).value();
  std::size_t jobs_ = 0;
  std::size_t jobs_max_ = 1'000;
  bool loop_is_full_ = false;  // it takes no word of what is done
  LedgerDisk disk_{file_, *this, waits_};
  std::map<std::string, loop::Task<Status>> tasks_;

 private:
  Status run(Work work) override {
    if (jobs_ >= jobs_max_) return fail(Errc::limit, "as much work waits as may");
    ++jobs_;
    if (!loop_is_full_) return loop_.run(std::move(work));
    return loop_.run([work = std::move(work)] {
      const auto lost = work();
      return Then();
    });
  }
};

TEST_F(LedgerDiskTest, WhatComesWhileItIsBusyIsWrittenTogether) {
  for (int i = 0; i < 50; ++i) keep("t" + std::to_string(i), "m");
  EXPECT_EQ(jobs_, 1U);
  work();
  EXPECT_EQ(jobs_, 2U) << "the first one, then the forty-nine others";
  for (auto& [topic, task] : tasks_) {
    ASSERT_TRUE(task.ended()) << topic;
    EXPECT_TRUE(task.take());
  }
  EXPECT_EQ(rows().size(), 50U);
}

TEST_F(LedgerDiskTest, WhatIsForgottenIsGoneAndWhatIsKeptAfterwardsStays) {
  keep("t1", "first");
  disk_.forget("t1");
  keep("t2", "first");
  disk_.forget("t2");
  keep("t2", "again");
  work();
  EXPECT_EQ(rows(), (std::map<std::string, std::string>{{"t2", "again"}}));
}

TEST_F(LedgerDiskTest, WhoeverWaitsHearsThatNothingCanBeWritten) {
  jobs_max_ = 1;
  keep("t1", "m");
  keep("t2", "m");
  keep("t3", "m");
  work();
  EXPECT_TRUE(tasks_["t1"].take());
  EXPECT_EQ(tasks_["t2"].take().error().code, Errc::limit);
  EXPECT_EQ(tasks_["t3"].take().error().code, Errc::limit);
}

TEST_F(LedgerDiskTest, AWordThatTheLoopHadNoRoomForHoldsNobodyUpForEver) {
  loop_is_full_ = true;
  keep("t1", "m");
  keep("t2", "m");
  work();
  loop_is_full_ = false;
  EXPECT_FALSE(tasks_["t1"].ended());
  loop_.advance(kWriteLookedAtEvery);
  ASSERT_TRUE(tasks_["t2"].ended());
  EXPECT_TRUE(tasks_["t1"].take());
  EXPECT_TRUE(tasks_["t2"].take());
  EXPECT_EQ(rows().size(), 2U);
  EXPECT_TRUE(loop_.idle());
}

TEST_F(LedgerDiskTest, ItIsIdleOnceWhatIsForgottenHasLeftTheDisk) {
  int ended = 0;
  disk_.on_end([&] { ++ended; });
  keep("t1", "m");
  disk_.forget("t1");
  tasks_.clear();
  EXPECT_FALSE(disk_.idle());
  work();
  EXPECT_TRUE(disk_.idle());
  EXPECT_EQ(ended, 1);
  EXPECT_TRUE(rows().empty());
}

TEST_F(LedgerDiskTest, WhatIsBegunIsWrittenAlsoWhenNobodyWaitsAnyMore) {
  keep("t1", "m");
  tasks_.clear();
  work();
  EXPECT_EQ(rows().size(), 1U);
}

}  // namespace
}  // namespace muster::provision
