#include "proto/base/files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::base {
namespace {

using ::testing::HasSubstr;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 07777U;
}

TEST(FilesTest, WrittenIsReadBack) {
  const fakes::TempFolder folder;
  const std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(write_file(folder / "deep/er/file", bytes, 0600));
  EXPECT_EQ(read_file(folder / "deep/er/file"), bytes);
  EXPECT_EQ(mode_of(folder / "deep/er/file"), 0600U);
}

TEST(FilesTest, UmaskDoesNotDecideTheMode) {
  const fakes::TempFolder folder;
  const auto before = ::umask(077);
  const auto wrote = write_file(folder / "file", "x", 0644);
  ::umask(before);
  ASSERT_TRUE(wrote);
  EXPECT_EQ(mode_of(folder / "file"), 0644U);
}

TEST(FilesTest, MissingFileIsNotFoundAndNamed) {
  const auto content = read_file("/no/such/file");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, Errc::not_found);
  EXPECT_THAT(content.error().message, HasSubstr("/no/such/file"));
}

TEST(FilesTest, LargeFileIsRefusedWithTheLimit) {
  const fakes::TempFolder folder;
  const auto path = folder.write("file", std::string(101, 'x'));
  EXPECT_TRUE(read_file(path, 101));
  const auto content = read_file(path, 100);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, Errc::limit);
  EXPECT_THAT(content.error().message, HasSubstr("100 bytes"));
}

TEST(FilesTest, EndlessFileEndsAtTheLimit) {
  const auto content = read_file("/dev/zero", 1000);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, Errc::limit);
}

TEST(FilesTest, FolderInThePlaceOfTheFileIsAnErrorAndLeavesNoTemporary) {
  const fakes::TempFolder folder;
  ASSERT_TRUE(make_folder(folder / "taken/inner"));
  EXPECT_FALSE(write_file(folder / "taken", "x"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(FilesTest, ReaderSeesTheOldOrTheNewContentNeverHalf) {
  const fakes::TempFolder folder;
  const std::string a(200'000, 'a');
  const std::string b(200'000, 'b');
  const auto path = folder.write("file", a);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(write_file(path, i % 2 == 0 ? b : a));
    done = true;
  });
  while (!done) {
    const auto content = read_file(path);
    EXPECT_TRUE(content && (*content == a || *content == b));
  }
  writer.join();
}

TEST(FilesTest, MakeFolderIsContentWithOneThatIsThere) {
  const fakes::TempFolder folder;
  EXPECT_TRUE(make_folder(folder.path()));
  EXPECT_FALSE(make_folder(folder.write("file", "x") / "below"));
}

}  // namespace
}  // namespace muster::base
