// With a stand-in in Puppet's place that says how often it was asked.
#include "plugins/puppet/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppet {
namespace {

using testing::HasSubstr;

class LayoutTest : public testing::Test {
 protected:
  void SetUp() override { puppet_says(folder_.path()); }
  // Everything below `root`, as the vendor's packages have it below /.
  void puppet_says(const std::filesystem::path& root) {
    const auto at = root.string();
    given_.program = folder_.write(
        "bin/puppet",
        "#!/bin/sh\necho asked >>" + (folder_ / "asked").string() +
            "\nshift 4\nfor name in confdir ssldir vardir statedir publicdir rundir logdir "
            "classfile pidfile cadir csr_attributes trusted_oid_mapping_file; do\n  value=" +
            at +
            "/$name\n  seen=\n  for word in \"$@\"; do [ -z \"$seen\" ] || value=$word; "
            "seen=; [ \"$word\" != --$name ] || seen=yes; done\n"
            "  echo \"$name = $value\"\ndone\necho 'certname = host.of.the.moment'\n"
            "echo 'dns_alt_names = '\necho 'ca_fingerprint = '\n",
        0755);
  }
  std::size_t times_asked() const {
    if (!std::filesystem::exists(folder_ / "asked")) return 0;
    return folder_.read("asked").size() / std::string("asked\n").size();
  }
  Layout find() { return find_layout(given_, folder_ / "state/puppet-layout.json"); }

  fakes::TempFolder folder_;
  PuppetPaths given_;
};

TEST_F(LayoutTest, APuppetOfUnknownOriginIsAskedOnceForAllStarts) {
  const auto first = find();
  EXPECT_EQ(first.warning, "");
  EXPECT_EQ(first.paths.ssldir, folder_ / "ssldir");
  EXPECT_EQ(first.paths.classes_file(), folder_ / "classfile");
  EXPECT_EQ(first.paths.daemon_pid_file(), folder_ / "pidfile");
  EXPECT_EQ(find().paths.ssldir, first.paths.ssldir);
  EXPECT_EQ(times_asked(), 1U);
}

TEST_F(LayoutTest, AnotherProgramOrAnotherAgentYamlIsAskedAnew) {
  find();
  puppet_says("/elsewhere");
  // Two writes of a file may fall into one tick of the kernel's clock.
  std::filesystem::last_write_time(given_.program, std::filesystem::file_time_type::min());
  EXPECT_EQ(find().paths.ssldir, "/elsewhere/ssldir");
  given_.vardir = "/srv/var";
  given_.overridden = {"vardir"};
  EXPECT_EQ(find().paths.vardir, "/srv/var");
  EXPECT_EQ(times_asked(), 3U);
}

// Of a program of unknown origin Puppet alone knows which puppet.conf it reads.
TEST_F(LayoutTest, AnotherPuppetConfIsAskedAnew) {
  folder_.write("confdir/puppet.conf", "[main]\n");
  // Not of this moment: what may have changed while Puppet was asked is not kept.
  const auto earlier = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::last_write_time(folder_ / "confdir/puppet.conf", earlier);
  const auto stamp = layout_stamp(find().paths);
  EXPECT_EQ(layout_stamp(find().paths), stamp);
  EXPECT_EQ(times_asked(), 1U);
  folder_.write("confdir/puppet.conf", "[agent]\ncertname = n7\n");
  EXPECT_NE(layout_stamp(find().paths), stamp);
  EXPECT_EQ(times_asked(), 2U);
}

TEST_F(LayoutTest, OnlyACertnameThatPuppetConfSetsIsTaken) {
  EXPECT_EQ(find().paths.certname, "");
  folder_.write("confdir/puppet.conf", "[agent]\ncertname = $hostname.moment\n");
  EXPECT_EQ(find().paths.certname, "host.of.the.moment");
}

TEST_F(LayoutTest, WhatAgentYamlGivesStands) {
  given_.ssldir = "/srv/ssl";
  given_.overridden = {"ssldir"};
  const auto found = find();
  EXPECT_EQ(found.paths.ssldir, "/srv/ssl");
  EXPECT_EQ(found.paths.confdir, folder_ / "confdir");
  EXPECT_EQ(found.paths.overridden, given_.overridden);
}

TEST_F(LayoutTest, ADamagedCacheIsAskedAnew) {
  find();
  for (const auto* content :
       {"", "{", "[]", "{\"grounds\": 3}", "{\"settings\": {\"ssldir\": 3}}"}) {
    folder_.write("state/puppet-layout.json", content);
    EXPECT_EQ(find().paths.ssldir, folder_ / "ssldir") << content;
  }
  EXPECT_EQ(times_asked(), 6U);
}

TEST_F(LayoutTest, AFailingPuppetIsToldAndItsPackagesPathsAreTaken) {
  folder_.write("bin/puppet", "#!/bin/sh\necho broken gem >&2\nexit 1\n", 0755);
  const auto found = find();
  EXPECT_THAT(found.warning, HasSubstr("broken gem"));
  EXPECT_EQ(found.paths.ssldir, PuppetPaths().ssldir);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state/puppet-layout.json"));
}

TEST_F(LayoutTest, WithoutAPuppetThePackagesPathsHold) {
  given_.program = folder_ / "none";
  const auto found = find();
  EXPECT_EQ(found.warning, "");
  EXPECT_EQ(found.paths.ssldir, PuppetPaths().ssldir);
  EXPECT_THAT(found.source, HasSubstr("there is no Puppet yet"));
}

// An image may come with its puppet.conf, and get its Puppet by what runs at the first boot.
TEST_F(LayoutTest, WithoutAPuppetItsPuppetConfIsReadAsFarAsItNeedsNoPuppet) {
  given_.program = folder_ / "none";
  given_.confdir = folder_ / "etc";
  given_.overridden = {"confdir"};
  folder_.write("etc/puppet.conf",
                "[main]\ncsr_attributes = $confdir/mine.yaml\nssldir = $vardir/ssl\n"
                "vardir = /srv/var\n[agent]\ncertname = n7.example\n"
                "dns_alt_names = www.$domain\n");
  const auto found = find().paths;
  EXPECT_EQ(found.csr_attributes, folder_ / "etc/mine.yaml");
  EXPECT_EQ(found.vardir, "/srv/var");
  EXPECT_EQ(found.ssldir, PuppetPaths().ssldir);
  EXPECT_EQ(found.certname, "n7.example");
  EXPECT_EQ(found.dns_alt_names, "");
}

TEST_F(LayoutTest, OnDebianNobodyIsAskedUnlessPuppetConfMovesSomething) {
  if (!std::filesystem::exists("/usr/bin/puppet")) GTEST_SKIP() << "no Puppet on this machine";
  given_.program = "/usr/bin/puppet";
  EXPECT_EQ(find().source, "Debian's package");
  folder_.write("etc/puppet.conf", "[main]\nssldir = /srv/ssl\n");
  given_.confdir = folder_ / "etc";
  given_.overridden = {"confdir"};
  const auto moved = find();
  EXPECT_THAT(moved.source, HasSubstr("config print"));
  EXPECT_EQ(moved.paths.ssldir, "/srv/ssl");
  EXPECT_EQ(moved.paths.vardir, PuppetPaths().vardir);
}

TEST_F(LayoutTest, WhatPuppetConfSaysOfTheNodeIsPuppetsToUnderstand) {
  if (!std::filesystem::exists("/usr/bin/puppet")) GTEST_SKIP() << "no Puppet on this machine";
  given_.program = "/usr/bin/puppet";
  given_.confdir = folder_ / "etc";
  given_.overridden = {"confdir"};
  folder_.write("etc/puppet.conf",
                "[main]\nvardir = /srv/var\ncsr_attributes = $vardir/asked.yaml\n"
                "certname = main.example\n[server]\ncertname = server.example\n"
                "[agent]\ncertname = agent.example\ndns_alt_names = www.example, www.$certname\n");
  const auto found = find();
  EXPECT_EQ(found.warning, "");
  EXPECT_EQ(found.paths.attributes_file(), "/srv/var/asked.yaml");
  EXPECT_EQ(found.paths.oid_names_file(), folder_ / "etc/custom_trusted_oid_mapping.yaml");
  EXPECT_EQ(found.paths.certname, "agent.example");
  EXPECT_EQ(found.paths.dns_alt_names, "www.example, www.agent.example");
}

}  // namespace
}  // namespace muster::plugins::puppet
