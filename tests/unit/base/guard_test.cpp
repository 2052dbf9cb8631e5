#include "proto/base/guard.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/files.hpp"
#include "proto/base/temp_folder.hpp"

namespace muster::base {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

constexpr uid_t kStranger = 12'345;
constexpr gid_t kStrangers = 12'346;
constexpr uid_t kPuppet = 12'347;
constexpr gid_t kPuppets = 12'348;

// Owners can be given away by root alone; for anybody else the trusted user is another one.
class GuardTest : public testing::Test {
 protected:
  GuardTest() {
    trusted_.users = {::geteuid()};
    folder_ = fs::canonical(temp_->path());
  }
  fs::path file(const std::string& name, mode_t mode) {
    const auto path = folder_ / name;
    EXPECT_TRUE(write_file(path, "x", mode));
    return path;
  }
  fs::path folder(const std::string& name, mode_t mode) {
    EXPECT_TRUE(make_folder(folder_ / name));
    ::chmod((folder_ / name).c_str(), mode);
    return folder_ / name;
  }
  void give_away(const fs::path& path, uid_t user, gid_t group = kStrangers) {
    if (::geteuid() != 0)
      trusted_.users = {user + 1};
    else
      ASSERT_EQ(::lchown(path.c_str(), user, group), 0);
  }
  std::string why(const fs::path& path, Guard guard) {
    const auto checked = check_guard(path, guard, trusted_);
    if (checked) return "";
    EXPECT_EQ(checked.error().code, Errc::refused) << checked.error().message;
    return checked.error().message;
  }
  const Result<TempFolder> temp_ = TempFolder::make("guard-test");
  fs::path folder_;
  Trusted trusted_;
};

TEST_F(GuardTest, ASecretIsItsOwnersAlone) {
  EXPECT_EQ(why(file("own.key", 0600), Guard::secret), "");
  EXPECT_EQ(why(file("read.key", 0400), Guard::secret), "");
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0644U, 0666U}) {
    const auto key = file("open.key", mode);
    EXPECT_THAT(why(key, Guard::secret),
                AllOf(HasSubstr(key.string() + " has mode 0"), HasSubstr(", owner "),
                      HasSubstr("; run: chmod 0600 " + key.string())))
        << std::oct << mode;
  }
}

TEST_F(GuardTest, AProgramMayBeReadAndNotWritten) {
  EXPECT_EQ(why(file("agent", 0755), Guard::program), "");
  EXPECT_THAT(why(file("agent", 0757), Guard::program), HasSubstr("; run: chmod o-w "));
}

TEST_F(GuardTest, WhatBelongsToAStrangerIsRefusedWithTheCommandThatMendsIt) {
  for (const auto guard : {Guard::secret, Guard::program}) {
    const auto path = file("foreign", 0600);
    give_away(path, kStranger);
    if (::geteuid() == 0) {
      EXPECT_THAT(why(path, guard), AllOf(HasSubstr("owner 12345, group 12346"),
                                          HasSubstr("run: chown root " + path.string())));
    } else {
      EXPECT_THAT(why(path, guard), HasSubstr("run: chown 12346 "));
    }
  }
}

TEST_F(GuardTest, AFolderThatOthersMayWriteIsNamedAllTheWayUp) {
  const auto top = folder("top", 0757);
  folder("top/below", 0755);
  const auto program = file("top/below/agent", 0755);
  EXPECT_THAT(why(program, Guard::program),
              AllOf(HasSubstr(top.string() + ", on the way to " + program.string() + ", has mode"),
                    HasSubstr("; run: chmod o-w " + top.string())));
  ::chmod(top.c_str(), 0755);
  EXPECT_EQ(why(program, Guard::program), "");
  EXPECT_EQ(why(folder_ / "top/below", Guard::folder), "");
}

TEST_F(GuardTest, AGroupThatMayWriteCountsAsOthersUnlessItIsRoots) {
  const auto top = folder("top", 0775);
  const auto program = file("top/agent", 0755);
  EXPECT_EQ(why(program, Guard::program).empty(), ::getegid() == 0);
  if (::geteuid() != 0) return;
  ASSERT_EQ(::chown(top.c_str(), 0, kStrangers), 0);
  EXPECT_THAT(why(program, Guard::program), HasSubstr("; run: chmod g-w " + top.string()));
}

TEST_F(GuardTest, AUsersPrivateGroupAndTheCallerOfSudoAreTrusted) {
  if (::geteuid() != 0) GTEST_SKIP() << "root alone gives files away";
  const auto top = folder("top", 0775);
  const auto key = file("top/own.key", 0600);
  for (const auto& path : {top, key}) ASSERT_EQ(::chown(path.c_str(), kStranger, kStrangers), 0);
  EXPECT_NE(why(key, Guard::secret), "");
  trusted_.users.push_back(kStranger);
  EXPECT_THAT(why(key, Guard::secret), HasSubstr("run: chmod g-w " + top.string()));
  trusted_.groups = {kStrangers};
  EXPECT_EQ(why(key, Guard::secret), "");
  ::chmod(key.c_str(), 0640);
  EXPECT_NE(why(key, Guard::secret), "") << "a secret is nobody's but its owner's";
}

TEST_F(GuardTest, AStickyFolderProtectsWhatIsInIt) {
  folder("tmp", 01777);
  EXPECT_EQ(why(file("tmp/own.key", 0600), Guard::secret), "");
}

TEST_F(GuardTest, ALinkIsJudgedByItsTargetAndByTheFoldersItLeadsThrough) {
  const auto open = folder("open", 0757);
  const auto key = file("open/real.key", 0600);
  folder("safe", 0755);
  fs::create_symlink(key, folder_ / "safe/link.key");
  EXPECT_THAT(why(folder_ / "safe/link.key", Guard::secret), HasSubstr(open.string() + ", on the"));
  fs::create_symlink("../safe", open / "folder");
  file("safe/good.key", 0600);
  EXPECT_THAT(why(open / "folder/good.key", Guard::secret), HasSubstr(open.string() + ", on the"))
      << "a link in a folder that others may write";
  ::chmod(open.c_str(), 0755);
  EXPECT_EQ(why(folder_ / "safe/link.key", Guard::secret), "");
  EXPECT_EQ(why(open / "folder/good.key", Guard::secret), "");
  ::chmod(key.c_str(), 0644);
  EXPECT_THAT(why(folder_ / "safe/link.key", Guard::secret),
              HasSubstr("chmod 0600 " + key.string()));
}

TEST_F(GuardTest, AStrangersLinkInAStickyFolderIsRefused) {
  folder("tmp", 01777);
  const auto link = folder_ / "tmp/link";
  fs::create_symlink(file("own.key", 0600), link);
  give_away(link, kStranger);
  EXPECT_THAT(why(link, Guard::secret), HasSubstr("run: chown "));
}

TEST_F(GuardTest, LinksInACircleEnd) {
  fs::create_symlink("b", folder_ / "a");
  fs::create_symlink("a", folder_ / "b");
  EXPECT_THAT(why(folder_ / "a", Guard::program), HasSubstr("more than 40 symbolic links"));
}

TEST_F(GuardTest, PuppetsKeysMayBelongToPuppetAndBeReadByItsGroup) {
  if (::geteuid() != 0) trusted_.puppet_user = ::geteuid(), trusted_.puppet_group = ::getegid();
  const auto ssl = folder("ssl", 0771);
  const auto key = file("ssl/n1.pem", 0640);
  if (::geteuid() == 0) {
    trusted_.puppet_user = kPuppet;
    trusted_.puppet_group = kPuppets;
    for (const auto& path : {ssl, key}) ASSERT_EQ(::chown(path.c_str(), kPuppet, kPuppets), 0);
  }
  EXPECT_EQ(why(key, Guard::puppet_key), "");
  ::chmod(key.c_str(), 0644);
  EXPECT_THAT(why(key, Guard::puppet_key), HasSubstr("run: chmod 0640 "));
  ::chmod(key.c_str(), 0660);
  EXPECT_THAT(why(key, Guard::puppet_key), HasSubstr("run: chmod 0640 "));
}

TEST_F(GuardTest, ACredentialOfSystemdMayBeReadByTheGroupThatItsAccessListShows) {
  const auto credentials = folder("credentials", 0550);
  ::chmod(credentials.c_str(), 0755);
  const auto key = file("credentials/key", 0440);
  EXPECT_NE(why(key, Guard::secret), "");
  trusted_.credentials = credentials;
  EXPECT_EQ(why(key, Guard::secret), "");
  ::chmod(key.c_str(), 0444);
  EXPECT_NE(why(key, Guard::secret), "");
}

TEST_F(GuardTest, WhatIsNotThereIsNotFoundAndAFolderIsNoKey) {
  EXPECT_EQ(check_guard(folder_ / "none/key", Guard::secret, trusted_).error().code,
            Errc::not_found);
  EXPECT_THAT(why(folder("dir", 0700), Guard::secret), HasSubstr("is no regular file"));
  EXPECT_THAT(why(file("plain", 0600), Guard::folder), HasSubstr("is no folder"));
}

}  // namespace
}  // namespace muster::base
