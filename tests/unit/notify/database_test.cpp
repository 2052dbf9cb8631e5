#include "orchestrator/sqlite/database_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "orchestrator/notify/outbox.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::notify {
namespace {

using testing::HasSubstr;

const std::string kOpsAddress = "mailto:ops@example.com";

class OutboxFileTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Outbox>> open() {
    return Outbox::open(folder_ / "state/outbox.sqlite", {}, {}, clock_);
  }
  int kept_aside() const {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "state"))
      count += file.path().filename().string().starts_with("outbox.sqlite.damaged-2026-") ? 1 : 0;
    return count;
  }

  fakes::TempFolder folder_;
  fakes::FakeClock clock_;
};

TEST_F(OutboxFileTest, IsMadeForItsOwnerAlone) {
  const auto outbox = open();
  ASSERT_TRUE(outbox) << outbox.error().message;
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "state/outbox.sqlite").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(OutboxFileTest, BelongsToOneProcessAtATime) {
  const auto first = open();
  ASSERT_TRUE(first) << first.error().message;
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another process"));
}

TEST_F(OutboxFileTest, ThatIsNoDatabaseIsMovedAsideAndReplaced) {
  folder_.write("state/outbox.sqlite", std::string(8192, 'x'));
  const auto outbox = open();
  ASSERT_TRUE(outbox) << outbox.error().message;
  EXPECT_TRUE((*outbox)->add(kOpsAddress, {"a", "s", "t", {}}));
  EXPECT_EQ(kept_aside(), 1);
}

TEST_F(OutboxFileTest, WithBrokenPagesIsMovedAsideAndReplaced) {
  {
    const auto outbox = open();
    ASSERT_TRUE(outbox);
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE((*outbox)->add(kOpsAddress, {std::to_string(i), "s", std::string(500, 't'), {}}));
  }
  auto content = folder_.read("state/outbox.sqlite");
  ASSERT_GT(content.size(), 20'000U);
  content.replace(4096, 8192, std::string(8192, '\xff'));
  folder_.write("state/outbox.sqlite", content);
  const auto outbox = open();
  ASSERT_TRUE(outbox) << outbox.error().message;
  EXPECT_EQ((*outbox)->counts()->waiting, 0);
  EXPECT_EQ(kept_aside(), 1);
  EXPECT_TRUE((*outbox)->add(kOpsAddress, {"a", "s", "t", {}}));
}

TEST_F(OutboxFileTest, OfANewerMusterIsLeftAlone) {
  folder_.write("state/.keep", "");
  {
    SQLite::Database newer((folder_ / "state/outbox.sqlite").string(),
                           SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    newer.exec("PRAGMA user_version = 99");
  }
  const auto outbox = open();
  ASSERT_FALSE(outbox);
  EXPECT_EQ(outbox.error().code, Errc::config);
  EXPECT_THAT(outbox.error().message, HasSubstr("newer Muster"));
  EXPECT_EQ(kept_aside(), 0);
}

TEST_F(OutboxFileTest, OfAnOlderMusterIsMovedAsideAndReplaced) {
  folder_.write("state/.keep", "");
  {
    SQLite::Database older((folder_ / "state/outbox.sqlite").string(),
                           SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    older.exec("CREATE TABLE outbox (id TEXT); PRAGMA user_version = 1");
  }
  const auto outbox = open();
  ASSERT_TRUE(outbox) << outbox.error().message;
  EXPECT_EQ(kept_aside(), 1);
  EXPECT_TRUE((*outbox)->add(kOpsAddress, {"a", "s", "t", {}}));
}

TEST_F(OutboxFileTest, ThatCannotBeWrittenIsAnErrorThatNamesIt) {
  folder_.write("state", "a file where the folder should be");
  const auto outbox = open();
  ASSERT_FALSE(outbox);
  EXPECT_EQ(outbox.error().code, Errc::io);
  EXPECT_THAT(outbox.error().message, HasSubstr("state"));
}

}  // namespace
}  // namespace muster::notify
