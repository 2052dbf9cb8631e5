// Banned nodes in a broker's access lists.
#include "orchestrator/broker/access_of_banned.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kList = "# Written.\npattern read muster/v1/main/req/agent/+/+\n";

TEST(AccessOfBannedTest, TheyAreDeniedEverythingInFrontOfWhatAllMay) {
  EXPECT_EQ(
      with_bans(kList, {"n1", "n2"}),
      "# Banned; written by `muster broker watch`.\nuser n1\ntopic deny #\nuser n2\ntopic deny "
      "#\n# End of the banned ones.\n" +
          std::string(kList));
}

TEST(AccessOfBannedTest, TheNextListForgetsTheLast) {
  const auto first = with_bans(kList, {"n1", "n2"});
  EXPECT_THAT(bans_in(with_bans(first, {"n3"})), ElementsAre("n3"));
  EXPECT_EQ(with_bans(first, {}), kList);
}

TEST(AccessOfBannedTest, WhoIsInTheListIsRead) {
  EXPECT_THAT(bans_in(with_bans(kList, {"n1", "n2"})), ElementsAre("n1", "n2"));
  EXPECT_THAT(bans_in(kList), IsEmpty());
  EXPECT_THAT(bans_in("user admin\ntopic readwrite #\n"), IsEmpty()) << "not ours";
}

TEST(AccessOfBannedTest, ANameIsNothingElseOfTheFilesSyntax) {
  const auto list = with_bans(kList, {"n1\ntopic readwrite #", "", "n2"});
  EXPECT_THAT(bans_in(list), ElementsAre("n2"));
  EXPECT_EQ(list.find("readwrite"), std::string::npos);
}

class AccessOfBannedFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(base::make_folder(folder_.access()));
    for (const auto listener : {"nodes", "masters"})
      ASSERT_TRUE(base::write_file(folder_.access_list(listener), kList));
  }
  const fakes::TempFolder temp_;
  const BrokerFolder folder_{temp_ / "broker"};
};

TEST_F(AccessOfBannedFilesTest, AWatcherThatIsRootLeavesThemToTheBrokersUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can write as somebody else";
  constexpr uid_t kBroker = 65534;
  ASSERT_EQ(::chown(folder_.access().c_str(), kBroker, kBroker), 0);
  ASSERT_TRUE(deny_banned(folder_, {.banned = {"n1"}, .lifted = {}}));
  for (const auto listener : {"nodes", "masters"}) {
    struct stat file {};
    ASSERT_EQ(::stat(folder_.access_list(listener).c_str(), &file), 0);
    EXPECT_EQ(file.st_uid, kBroker);
    EXPECT_EQ(file.st_gid, kBroker);
  }
}

TEST_F(AccessOfBannedFilesTest, BothListenersOfNodesDenyThem) {
  EXPECT_TRUE(deny_banned(folder_, {.banned = {"n1"}, .lifted = {}}).value());
  for (const auto listener : {"nodes", "masters"})
    EXPECT_THAT(bans_in(base::read_file(folder_.access_list(listener)).value()), ElementsAre("n1"));
  EXPECT_FALSE(deny_banned(folder_, {.banned = {"n1"}, .lifted = {}}).value()) << "nothing to tell";
  EXPECT_TRUE(deny_banned(folder_, {.banned = {}, .lifted = {"n1"}}).value());
  EXPECT_EQ(base::read_file(folder_.access_list("nodes")).value(), kList);
}

TEST_F(AccessOfBannedFilesTest, AWatchThatKnowsNothingYetLiftsNoBan) {
  ASSERT_TRUE(deny_banned(folder_, {.banned = {"n1", "n2"}, .lifted = {}}).value());
  EXPECT_FALSE(deny_banned(folder_, {}).value());
  EXPECT_TRUE(deny_banned(folder_, {.banned = {"n3"}, .lifted = {"n2"}}).value());
  EXPECT_THAT(bans_in(base::read_file(folder_.access_list("nodes")).value()),
              ElementsAre("n1", "n3"));
}

TEST_F(AccessOfBannedFilesTest, AMissingFileIsSaidAndNotMade) {
  std::filesystem::remove(folder_.access_list("nodes"));
  const auto done = deny_banned(folder_, {.banned = {"n1"}, .lifted = {}});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, testing::HasSubstr("nodes.acl"));
  EXPECT_FALSE(std::filesystem::exists(folder_.access_list("nodes")))
      << "a list without what all may would let nobody do anything";
}

}  // namespace
}  // namespace muster::broker
