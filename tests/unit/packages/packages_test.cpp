// What is read from package managers' output, and what may never reach their arguments;
// tests/integration/package has the real ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/agents/package/package_agent.hpp"
#include "plugins/agents/package/package_reply.hpp"
#include "plugins/packages/apt.hpp"
#include "plugins/packages/dnf.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::packages {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PackageWordsTest, NamesAndVersionsAreNeitherOptionsNorPatternsNorPaths) {
  for (const char* good : {"nginx", "g++", "libc6:amd64", "libstdc++6", "python3.11", "0ad", "a_b"})
    EXPECT_TRUE(is_package(good)) << good;
  for (const char* bad : {"", "-y", "--purge", "nginx-", "a*", "a?", "/tmp/x.deb", "./x", "a b",
                          "a=1", "@core", "a;b", "a\nb", "a:", "[a]"})
    EXPECT_FALSE(is_package(bad)) << bad;
  EXPECT_FALSE(is_package(std::string(129, 'a')));
  for (const char* good : {"1", "1:2.36-9+deb12u1", "1.0~rc1", "2.0^git1-3.el9"})
    EXPECT_TRUE(is_version(good)) << good;
  for (const char* bad : {"", "-1", "1 2", "1/stable", "*", "1\t"})
    EXPECT_FALSE(is_version(bad)) << bad;
}

TEST(AptTest, ADebianVersionIsSplit) {
  struct Case {
    const char* ensure;
    const char* epoch;
    const char* release;
  };
  for (const auto& c : {Case{"1:2.36-9+deb12u1", "1", "9+deb12u1"}, Case{"1.0", "", ""},
                        Case{"2.0-rc-1", "", "1"}}) {
    PackageState state;
    state.ensure = c.ensure;
    split_deb_version(state);
    EXPECT_EQ(state.version, c.ensure);
    EXPECT_EQ(state.epoch, c.epoch) << c.ensure;
    EXPECT_EQ(state.release, c.release) << c.ensure;
    EXPECT_TRUE(state.has_version(c.ensure));
  }
}

TEST(AptTest, UpdatesAreReadFromItsPlan) {
  const auto update = apt_update_in(
      "Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian:12.1/stable, Debian-Security:12/stable [amd64])");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->package, "libc6");
  EXPECT_EQ(update->installed, "2.36-9");
  EXPECT_EQ(update->version, "2.36-9+deb12u1");
  EXPECT_EQ(update->repository, "Debian:12.1/stable, Debian-Security:12/stable");
  EXPECT_TRUE(apt_update_in("Inst a [1.0] (2.0 repo [all]) []"));
  for (const char* line :
       {"Inst new-one (1.0 Debian:12.1/stable [amd64])", "Conf libc6 (2.36-9 Debian [amd64])",
        "Inst", "Inst a [", "Inst a [1] (", "Inst a ] ( [", "Inst a [1] ()", ""})
    EXPECT_FALSE(apt_update_in(line)) << line;
}

TEST(DnfTest, AnRpmIsReadWithItsEpochOnlyWhereThereIsOne) {
  const auto plain = rpm_state_in("bash|0|5.1.8|9.el9|x86_64");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->ensure, "5.1.8-9.el9");
  EXPECT_EQ(plain->arch, "x86_64");
  for (const char* version : {"5.1.8", "5.1.8-9.el9", "0:5.1.8-9.el9"})
    EXPECT_TRUE(plain->has_version(version)) << version;
  for (const char* version : {"5.1", "5.1.8-9", "1:5.1.8-9.el9"})
    EXPECT_FALSE(plain->has_version(version)) << version;
  EXPECT_EQ(rpm_state_in("bind|32|9.16|1|x86_64")->ensure, "32:9.16-1");
  EXPECT_FALSE(rpm_state_in("package x is not installed"));
  EXPECT_FALSE(rpm_state_in("a|b|c|d|e|f"));
}

TEST(ProgramsTest, LinesAndPartsKeepNothingOfTheirSeparators) {
  EXPECT_THAT(lines_of("a\n\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of(""), ElementsAre());
  EXPECT_THAT(parts_of("a||b|", '|'), ElementsAre("a", "", "b", ""));
}

TEST(ProgramsTest, AProgramThatHangsDiesAtTheDeadlineAndOneThatFailsIsQuoted) {
  const fakes::TempFolder folder;
  const auto soon = [](int ms) {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  };
  const auto hangs = folder.write("hangs", "#!/bin/sh\nexec sleep 600\n", 0755).string();
  EXPECT_EQ(output_of({{hangs}, {}}, soon(50)).error().code, Errc::timeout);
  const auto fails = folder.write("fails", "#!/bin/sh\necho it broke >&2; exit 3\n", 0755).string();
  EXPECT_THAT(output_of({{fails}, {}}, soon(20'000)).error().message,
              HasSubstr("ended with exit code 3: it broke"));
}

TEST(ProviderTest, AptComesBeforeDnfAndWithoutEitherTheAgentIsNotOffered) {
  const fakes::TempFolder folder;
  const Programs programs{{folder / "bin"}};
  base::SystemClock clock;
  test::TestNode node("n1.example", clock);
  using plugins::package::PackageAgent;
  const auto ddl = ddl::built_in("package").value();
  EXPECT_FALSE(PackageAgent(ddl, node, programs).active());
  for (const char* program : {"dnf", "rpm"}) folder.write(std::string("bin/") + program, "", 0755);
  EXPECT_EQ(find_provider(programs)->name(), "dnf");
  for (const char* program : {"apt-get", "apt-cache", "dpkg-query"})
    folder.write(std::string("bin/") + program, "", 0755);
  EXPECT_EQ(find_provider(programs)->name(), "apt");
  EXPECT_TRUE(PackageAgent(ddl, node, programs).active());
}

TEST(PackageReplyTest, EveryOutputIsDescribed) {
  PackageState state;
  state.broken = true;
  const auto reply = plugins::package::reply_of(state, "apt");
  const auto ddl = ddl::built_in("package").value();
  for (const char* action : {"install", "update", "uninstall", "purge", "status"})
    for (const auto& [name, value] : reply.items())
      EXPECT_TRUE(std::any_of(ddl.find(action)->outputs.begin(), ddl.find(action)->outputs.end(),
                              [&](const auto& output) { return output.name == name; }))
          << action << " " << name;
}

}  // namespace
}  // namespace muster::packages
