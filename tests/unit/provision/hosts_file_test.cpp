#include "plugins/agents/provision/hosts_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::provision {
namespace {

using testing::HasSubstr;

const std::vector<HostEntry> kBoth{{"192.0.2.1", {"puppet"}}, {"2001:db8::1", {"puppet"}}};

TEST(HostsTextTest, AppendsOneLineForEachAddress) {
  EXPECT_EQ(with_entries("127.0.0.1 localhost\n", kBoth).value(),
            "127.0.0.1 localhost\n192.0.2.1\tpuppet # muster\n2001:db8::1\tpuppet # muster\n");
}

TEST(HostsTextTest, AMissingLastLineEndIsAddedBeforeOurs) {
  EXPECT_EQ(with_entries("127.0.0.1 localhost", {kBoth[0]}).value(),
            "127.0.0.1 localhost\n192.0.2.1\tpuppet # muster\n");
}

TEST(HostsTextTest, ReplacesItsOwnLinesWhereTheyStand) {
  EXPECT_EQ(
      with_entries("a\n10.0.0.1 puppet # muster\nb\n10.0.0.2 puppet # muster\nc\n", {kBoth[0]})
          .value(),
      "a\n192.0.2.1\tpuppet # muster\nb\nc\n");
}

TEST(HostsTextTest, WithoutEntriesItsLinesGo) {
  EXPECT_EQ(with_entries("a\n10.0.0.1 puppet # muster\nb\n", {}).value(), "a\nb\n");
}

TEST(HostsTextTest, AnothersLineForTheNameIsAnErrorThatNamesIt) {
  const auto text = with_entries("127.0.0.1 localhost\n10.0.0.9 puppet.example puppet\n", kBoth);
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("line 2 gives 'puppet' to 10.0.0.9"));
}

TEST(HostsTextTest, AnothersLineWithOurAddressIsFine) {
  EXPECT_TRUE(with_entries("192.0.2.1 puppet\n", {kBoth[0]}));
}

TEST(HostsTextTest, CommentsThatMentionMusterAreNotOurs) {
  const std::string text =
      "# 10.0.0.1 puppet # muster\n# muster\n10.0.0.2 other # not muster\n10.0.0.3 x # muster 2\n";
  EXPECT_EQ(with_entries(text, {}).value(), text);
}

TEST(HostsTextTest, WhatIsNotAnAddressOrANameIsRefused) {
  EXPECT_EQ(with_entries("", {{"300.1.1.1", {"puppet"}}}).error().code, Errc::invalid_data);
  EXPECT_EQ(with_entries("", {{"192.0.2.1", {"pup\npet"}}}).error().code, Errc::invalid_data);
  EXPECT_EQ(with_entries("", {{"192.0.2.1", {}}}).error().code, Errc::limit);
  EXPECT_EQ(with_entries("", std::vector<HostEntry>(9, kBoth[0])).error().code, Errc::limit);
}

TEST(HostsTextTest, LinesOfOthersStayByteForByteWhateverTheyHold) {
  EXPECT_TRUE(rc::check("foreign bytes survive", [](std::string foreign) {
    RC_PRE(own_lines(foreign).empty() && foreign.find("puppet") == std::string::npos);
    if (!foreign.empty() && foreign.back() != '\n') foreign += '\n';
    const auto with = with_entries(foreign, kBoth).value();
    RC_ASSERT(with.substr(0, foreign.size()) == foreign);
    RC_ASSERT(with_entries(with, kBoth).value() == with);
    RC_ASSERT(with_entries(with, {}).value() == foreign);
  }));
}

class HostsFileTest : public testing::Test {
 protected:
  std::filesystem::path hosts() const { return folder_ / "hosts"; }
  std::filesystem::path journal() const { return folder_ / "state" / "hosts.journal"; }
  void interrupt(const std::string& before, const std::string& after) const {
    const nlohmann::json json{{"before", base::to_base64url(before)},
                              {"after", base::to_base64url(after)}};
    ASSERT_TRUE(base::write_file(journal(), json.dump()));
  }

  fakes::TempFolder folder_;
};

TEST_F(HostsFileTest, ChangesTheFileOnceAndKeepsItsMode) {
  folder_.write("hosts", "127.0.0.1 localhost\n", 0640);
  EXPECT_TRUE(update_hosts(hosts(), journal(), kBoth).value());
  EXPECT_FALSE(update_hosts(hosts(), journal(), kBoth).value());
  struct stat now {};
  ASSERT_EQ(::stat(hosts().c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 07777, 0640u);
}

TEST_F(HostsFileTest, ALinkStaysALink) {
  folder_.write("real", "127.0.0.1 localhost\n");
  std::filesystem::create_symlink("real", hosts());
  EXPECT_TRUE(update_hosts(hosts(), journal(), kBoth).value());
  EXPECT_TRUE(std::filesystem::is_symlink(hosts()));
  EXPECT_THAT(folder_.read("real"), HasSubstr("puppet # muster"));
}

TEST_F(HostsFileTest, WhatACrashLeftHalfWrittenIsMended) {
  const std::string before = "127.0.0.1 localhost\n10.0.0.1 puppet # muster\n10.9.9.9 precious\n";
  const auto after = with_entries(before, {kBoth[0]}).value();
  const auto half = after.substr(0, 40) + before.substr(40);
  folder_.write("hosts", half);
  interrupt(before, after);
  EXPECT_TRUE(update_hosts(hosts(), journal(), {kBoth[0]}).value());
  EXPECT_EQ(folder_.read("hosts"), after);
  EXPECT_FALSE(std::filesystem::exists(journal()));
}

TEST_F(HostsFileTest, AnOldJournalDoesNotUndoWhatSomebodyWroteSince) {
  interrupt("127.0.0.1 localhost\n", "127.0.0.1 localhost\n10.0.0.1\tpuppet # muster\n");
  folder_.write("hosts", "127.0.0.1 localhost\n10.9.9.9 precious\n");
  EXPECT_TRUE(update_hosts(hosts(), journal(), {kBoth[0]}).value());
  EXPECT_EQ(folder_.read("hosts"),
            "127.0.0.1 localhost\n10.9.9.9 precious\n192.0.2.1\tpuppet # muster\n");
}

}  // namespace
}  // namespace muster::plugins::provision
