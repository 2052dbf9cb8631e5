#include "proto/audit/audit_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::audit {
namespace {

using testing::HasSubstr;

class AuditFileTest : public testing::Test {
 protected:
  bool exists(const std::string& name) const { return std::filesystem::exists(folder_ / name); }
  static void append(AuditFile& file, std::string_view line) {
    const auto done = file.append(line);
    EXPECT_TRUE(done) << done.error().message;
  }
  fakes::TempFolder folder_;
};

TEST_F(AuditFileTest, IsMadeForItsOwnerAloneAndGoesOnWhereItWas) {
  {
    AuditFile file(folder_ / "log/audit.log", 0, 4);
    append(file, "one");
  }
  AuditFile file(folder_ / "log/audit.log", 0, 4);
  append(file, "two");
  EXPECT_EQ(folder_.read("log/audit.log"), "one\ntwo\n");
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "log/audit.log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, kFileMode);
}

TEST_F(AuditFileTest, IsMadeAnewWhenSomebodyMovedOrDeletedIt) {
  AuditFile file(folder_ / "audit.log", 0, 4);
  append(file, "one");
  std::filesystem::rename(folder_ / "audit.log", folder_ / "audit.log-20261121");
  append(file, "two");
  EXPECT_EQ(folder_.read("audit.log"), "two\n");
  std::filesystem::remove(folder_ / "audit.log");
  append(file, "three");
  EXPECT_EQ(folder_.read("audit.log"), "three\n");
}

TEST_F(AuditFileTest, RotatesBeforeItGrowsBeyondItsLimit) {
  AuditFile file(folder_ / "audit.log", 10, 2);
  for (const auto* line : {"aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg"})
    append(file, line);
  EXPECT_EQ(folder_.read("audit.log"), "gggg\n");
  EXPECT_EQ(folder_.read("audit.log.1"), "eeee\nffff\n");
  EXPECT_EQ(folder_.read("audit.log.2"), "cccc\ndddd\n");
  EXPECT_FALSE(exists("audit.log.3"));
}

TEST_F(AuditFileTest, WithNothingToKeepTheOldLinesGo) {
  AuditFile file(folder_ / "audit.log", 10, 0);
  for (const auto* line : {"aaaa", "bbbb", "cccc"}) append(file, line);
  EXPECT_EQ(folder_.read("audit.log"), "cccc\n");
  EXPECT_FALSE(exists("audit.log.1"));
}

TEST_F(AuditFileTest, ThatIsFullAndCannotBeRotatedNeitherGrowsNorLosesALine) {
  folder_.write("audit.log.1/a folder that cannot be replaced", "");
  AuditFile file(folder_ / "audit.log", 10, 1);
  for (const auto* line : {"aaaa", "bbbb"}) append(file, line);
  for (int i = 0; i < 3; ++i) {
    const auto done = file.append("cccc");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::io);
    EXPECT_THAT(done.error().message,
                HasSubstr("cannot rotate " + (folder_ / "audit.log").string()));
    EXPECT_EQ(folder_.read("audit.log"), "aaaa\nbbbb\n");
  }
  std::filesystem::remove_all(folder_ / "audit.log.1");
  append(file, "cccc");
  EXPECT_EQ(folder_.read("audit.log"), "cccc\n");
  EXPECT_EQ(folder_.read("audit.log.1"), "aaaa\nbbbb\n");
}

TEST_F(AuditFileTest, AnOldOneMovesOnlyWhenItsNameIsNeeded) {
  folder_.write("audit.log.2", "old");
  AuditFile file(folder_ / "audit.log", 10, 4);
  for (const auto* line : {"aaaa", "bbbb", "cccc"}) append(file, line);
  EXPECT_EQ(folder_.read("audit.log.1"), "aaaa\nbbbb\n");
  EXPECT_EQ(folder_.read("audit.log.2"), "old");
  EXPECT_FALSE(exists("audit.log.3"));
}

TEST_F(AuditFileTest, ThatCannotBeWrittenIsAnErrorThatNamesIt) {
  folder_.write("file", "");
  AuditFile file(folder_ / "file/audit.log", 0, 1);
  const auto done = file.append("one");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("file"));
}

// A limit on the file's size stands for a full disk: the kernel takes a part of the line.
TEST_F(AuditFileTest, HalfALineIsTakenBackAndTheNextIsWholeAgain) {
  AuditFile file(folder_ / "audit.log", 0, 1);
  append(file, "one");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_action = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto done = file.append("a line that is too long by far");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_action);
  ASSERT_FALSE(done);
  EXPECT_EQ(folder_.read("audit.log"), "one\n");
  append(file, "two");
  EXPECT_EQ(folder_.read("audit.log"), "one\ntwo\n");
}

TEST_F(AuditFileTest, DoesNotFollowALink) {
  std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / "audit.log");
  AuditFile file(folder_ / "audit.log", 0, 1);
  EXPECT_FALSE(file.append("one"));
  EXPECT_FALSE(exists("elsewhere"));
}

}  // namespace
}  // namespace muster::audit
