#include "plugins/agents/filemgr/filemgr_agent.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::filemgr {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FilemgrTest : public testing::Test {
 protected:
  ActionReply call(const std::string& action, const std::string& file,
                   const Value& more = Value::object()) {
    Value inputs{{"file", file}};
    inputs.update(more);
    const auto checked = ddl::check_inputs(agent_.ddl(), action, inputs);
    if (!checked) return ActionReply::failed(checked.error());
    return agent_.handle(test::request_of(action, *checked));
  }
  std::string path(const std::string& name) const { return fs::canonical(folder_.path()) / name; }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  test::TestNode node_{"web1", clock_};
  FilemgrAgent agent_{ddl::built_in("filemgr").value(), node_};
};

TEST_F(FilemgrTest, TouchMakesAnEmptyFileOrSetsItsTimes) {
  EXPECT_EQ(call("touch", path("new")).data["created"], true);
  EXPECT_EQ(fs::file_size(path("new")), 0U);
  folder_.write("old", "content");
  const timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path("old").c_str(), times, 0), 0);
  EXPECT_EQ(call("touch", path("old")).data["created"], false);
  struct stat is {};
  ASSERT_EQ(::stat(path("old").c_str(), &is), 0);
  EXPECT_GT(is.st_mtime, 1'000'000'000);
  EXPECT_EQ(folder_.read("old"), "content");
}

TEST_F(FilemgrTest, RemoveTakesOneFileAway) {
  folder_.write("file", "x");
  EXPECT_EQ(call("remove", path("file")).data["removed"], true);
  EXPECT_FALSE(fs::exists(path("file")));
  const auto again = call("remove", path("file"));
  EXPECT_NE(again.status, 0);
  EXPECT_THAT(again.message, HasSubstr("there is no file"));
}

TEST_F(FilemgrTest, AFolderIsNeverRemoved) {
  folder_.write("folder/file", "x");
  EXPECT_THAT(call("remove", path("folder")).message, HasSubstr("is a folder"));
  EXPECT_THAT(call("remove", path("folder/")).message, HasSubstr("names a folder"));
  EXPECT_THAT(call("remove", "/").message, HasSubstr("names a folder"));
  EXPECT_TRUE(fs::exists(path("folder/file")));
}

TEST_F(FilemgrTest, SymbolicLinksLeadNowhere) {
  folder_.write("real/victim", "x");
  fs::create_directory_symlink(path("real"), path("linked"));
  fs::create_symlink(path("real/victim"), path("link"));
  const auto through = call("remove", path("linked/victim"));
  EXPECT_NE(through.status, 0);
  EXPECT_THAT(through.message,
              HasSubstr("is a symbolic link, which is not followed; give " + path("real/victim")));
  EXPECT_NE(call("touch", path("linked/new")).status, 0);
  EXPECT_FALSE(fs::exists(path("real/new")));
  EXPECT_EQ(call("touch", path("link")).data["created"], false) << "the link itself";
  EXPECT_EQ(call("remove", path("link")).data["removed"], true);
  EXPECT_TRUE(fs::exists(path("real/victim")));
  fs::create_symlink(path("real/made"), path("dangling"));
  EXPECT_EQ(call("touch", path("dangling")).status, 0);
  EXPECT_FALSE(fs::exists(path("real/made"))) << "nothing is made behind a link";
}

TEST_F(FilemgrTest, PathsThatAreNoneAreRefused) {
  for (const std::string wrong : {"relative", "/tmp/../etc/passwd", "/tmp/./x", ""})
    EXPECT_EQ(call("touch", wrong).status, 4) << wrong;
  EXPECT_THAT(call("touch", path("none/file")).message, HasSubstr("there is no folder"));
  EXPECT_THAT(call("touch", path("a") + std::string("\0b", 2)).message, HasSubstr("NUL"));
  EXPECT_NE(call("touch", "/proc/muster-makes-nothing-here").status, 0);
}

TEST_F(FilemgrTest, StatusIsWhatStatKnowsAndAFoldersNames) {
  folder_.write("folder/b", "x");
  folder_.write("folder/a", "x");
  EXPECT_EQ(call("status", path("folder/b"), {{"private_md5", true}}).data["md5"],
            "9dd4e461268c8034f5c8564e155c67a6");
  EXPECT_EQ(call("status", path("folder/b")).data["md5"], 0) << "our folder is for us alone";
  EXPECT_EQ(call("status", path("none")).data["present"], 0);
  EXPECT_FALSE(call("status", path("folder")).data.contains("dirlist"));
  const auto listed = call("status", path("folder"), {{"dirlist", true}}).data;
  EXPECT_EQ(listed["type"], "directory");
  EXPECT_EQ(listed["dirlist"], Value::array({"a", "b"}));
  EXPECT_EQ(listed["dirlist_left_out"], 0);
}

TEST_F(FilemgrTest, AFoldersNamesAreNoMoreThanAReplyHasRoomFor) {
  constexpr std::size_t kNames = 2'600;
  constexpr std::size_t kNameBytes = 250;
  fs::create_directory(path("folder"));
  for (std::size_t i = 0; i < kNames; ++i) {
    const auto number = std::to_string(i);
    std::ofstream(path("folder/" + std::string(kNameBytes - number.size(), 'x') + number));
  }
  const auto listed = call("status", path("folder"), {{"dirlist", true}}).data;
  EXPECT_EQ(listed["dirlist"].size(), kListedMaxBytes / kNameBytes);
  EXPECT_EQ(listed["dirlist_left_out"], kNames - kListedMaxBytes / kNameBytes);
}

}  // namespace
}  // namespace muster::plugins::filemgr
