#include "plugins/puppet/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class PuppetSettingsTest : public testing::Test {
 protected:
  std::string puppet_is(const std::string& script) {
    return folder_.write("puppet", "#!/bin/sh\n" + script + "\n", 0755).string();
  }
  fakes::TempFolder folder_;
};

TEST_F(PuppetSettingsTest, OnlyWhatAgentYamlGivesIsToldToPuppet) {
  PuppetPaths paths;
  EXPECT_TRUE(overrides(paths).empty());
  paths.ssldir = "/srv/ssl";
  paths.overridden = {"ssldir"};
  EXPECT_THAT(overrides(paths), ElementsAre("--ssldir", "/srv/ssl"));
}

TEST_F(PuppetSettingsTest, DebiansPuppetSaysWhatIsKnownOfItsPackage) {
  if (!std::filesystem::exists("/usr/bin/puppet")) GTEST_SKIP() << "no Puppet on this machine";
  const PuppetPaths known;
  PuppetPaths paths;
  paths.confdir = folder_.path();  // whatever puppet.conf this machine has
  paths.overridden = {"confdir"};
  const auto settings = ask("/usr/bin/puppet", paths);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->at("confdir"), folder_.path());
  EXPECT_EQ(settings->at("ssldir"), known.ssldir);
  EXPECT_EQ(settings->at("vardir"), known.vardir);
  EXPECT_EQ(settings->at("statedir"), known.state());
  EXPECT_EQ(settings->at("publicdir"), known.summary_folder());
  EXPECT_EQ(settings->at("classfile"), known.classes_file());
  EXPECT_EQ(settings->at("pidfile"), known.daemon_pid_file());
  EXPECT_EQ(settings->at("logdir"), known.logdir);
  paths.confdir = folder_.path();
  EXPECT_EQ(settings->at("csr_attributes"), paths.attributes_file());
  EXPECT_EQ(settings->at("trusted_oid_mapping_file"), paths.oid_names_file());
  EXPECT_EQ(settings->at("dns_alt_names"), "");
}

TEST_F(PuppetSettingsTest, WarningsOnItsOutputAreNoSettings) {
  const auto program = puppet_is(
      "echo 'Warning: x = y'; shift 4; for name in \"$@\"; do echo \"$name = /srv/$name\"; done");
  const auto settings = ask(program, {});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->size(), path_settings().size() + text_settings().size());
  EXPECT_EQ(settings->at("cadir"), "/srv/cadir");
}

TEST_F(PuppetSettingsTest, APuppetThatFailsOrLeavesOneOutSaysWhat) {
  const auto failed = ask(puppet_is("echo no such section >&2; exit 3"), {});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("config print' ended with 3"));
  EXPECT_THAT(failed.error().message, HasSubstr("no such section"));
  const auto short_one = ask(puppet_is("echo 'confdir = /etc/x'"), {});
  ASSERT_FALSE(short_one);
  EXPECT_THAT(short_one.error().message, HasSubstr("says no absolute path for ssldir"));
}

// It ends well, with what would hold without the file.
TEST_F(PuppetSettingsTest, APuppetConfThatPuppetCannotReadIsToldInItsWords) {
  if (!std::filesystem::exists("/usr/bin/puppet")) GTEST_SKIP() << "no Puppet on this machine";
  folder_.write("puppet.conf", "[main]\ncertname = n7\nvardir = /srv/${certname}\n");
  PuppetPaths paths;
  paths.confdir = folder_.path();
  paths.overridden = {"confdir"};
  const auto asked = ask("/usr/bin/puppet", paths);
  ASSERT_FALSE(asked);
  EXPECT_THAT(asked.error().message, HasSubstr("Could not parse"));
}

TEST_F(PuppetSettingsTest, OfPuppetConfTheAgentsSectionWinsAndOthersDoNotCount) {
  const auto file = folder_.write("puppet.conf",
                                  "vardir = /a\n[main]\r\nssldir = $vardir/ssl \n# cadir = /no\n"
                                  "certname = 'n1'\ncertname = n2\n[agent]\nvardir=\"/b\"\n"
                                  "[server]\nvardir = /c\n");
  EXPECT_THAT(said_in(file), ElementsAre(Pair("certname", "n1"), Pair("ssldir", "$vardir/ssl"),
                                         Pair("vardir", "/b")));
  EXPECT_TRUE(said_in(folder_ / "none").empty());
}

}  // namespace
}  // namespace muster::plugins::puppet
