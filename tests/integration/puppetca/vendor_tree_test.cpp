// A machine with the vendors' package instead of Debian's: everything lies below /opt/puppetlabs and /etc/puppetlabs. Its
// `puppet` is Debian's, told the vendors' places as theirs has them built in.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "plugins/puppet/layout.hpp"
#include "proto/base/files.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kNode = "vendor.test";

// Empty memory over a folder, for as long as it lives; a folder that was made for it goes again.
class Memory {
 public:
  explicit Memory(fs::path folder) : folder_(std::move(folder)), made_(!fs::exists(folder_)) {
    fs::create_directories(folder_);
    if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "mode=0755") != 0)
      throw std::runtime_error("cannot mount over " + folder_.string());
  }
  ~Memory() {
    ::umount2(folder_.c_str(), MNT_DETACH);
    std::error_code ignored;
    if (made_) fs::remove(folder_, ignored);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

 private:
  const fs::path folder_;
  const bool made_;
};

class VendorTreeTest : public testing::Test {
 protected:
  VendorTreeTest() {
    fs::create_directories("/opt/puppetlabs/bin");
    fs::create_directories("/opt/puppetlabs/puppet/cache");
    fs::create_directories("/opt/puppetlabs/puppet/public");
    fs::create_directories("/etc/puppetlabs/puppet");
    fs::create_directories("/opt/puppetlabs/puppet/bin");
    fs::copy_file("/usr/bin/puppet", "/opt/puppetlabs/puppet/bin/puppet");
    write("/opt/puppetlabs/bin/puppet",
          "#!/bin/sh\n"
          "conf=/etc/puppetlabs/puppet\n"
          "grep -q ssldir $conf/puppet.conf || set -- \"$@\" --ssldir $conf/ssl\n"
          "exec /opt/puppetlabs/puppet/bin/puppet \"$@\" --confdir $conf "
          "--vardir /opt/puppetlabs/puppet/cache --publicdir /opt/puppetlabs/puppet/public "
          "--rundir /var/run/puppetlabs --logdir /var/log/puppetlabs/puppet\n",
          0755);
    write("/etc/puppetlabs/puppet/puppet.conf", "[agent]\nnoop = false\n", 0644);
    // A file that cannot be executed in the place of Debian's: such a machine has none.
    write("/opt/puppetlabs/none", "", 0644);
    hidden_ = ::mount("/opt/puppetlabs/none", "/usr/bin/puppet", nullptr, MS_BIND, nullptr) == 0;
    EXPECT_TRUE(hidden_);
  }
  ~VendorTreeTest() override {
    if (hidden_) ::umount2("/usr/bin/puppet", MNT_DETACH);
  }
  static void write(const fs::path& file, const std::string& text, mode_t mode) {
    ASSERT_TRUE(base::write_file(file, text, mode));
  }

  const Memory opt_{"/opt"};
  const Memory etc_{"/etc/puppetlabs"};
  const Memory run_{"/run/puppetlabs"};
  const Memory log_{"/var/log/puppetlabs"};
  const fakes::TempFolder folder_;
  bool hidden_ = false;
};

TEST_F(VendorTreeTest, FromTheRequestToTheSummaryEverythingIsWhereTheVendorsPuppetHasIt) {
  const auto layout = plugins::puppet::find_layout({}, folder_ / "layout.json");
  EXPECT_EQ(layout.warning, "");
  EXPECT_EQ(layout.paths.ssldir, "/etc/puppetlabs/puppet/ssl") << layout.source;
  NewNode node(kNode, layout.paths);
  const auto fingerprint = node.request().at("fingerprint");
  ASSERT_EQ(Master().call("sign", {{"certname", kNode}, {"fingerprint", fingerprint}}).status, 0);
  const auto fetched = node.call("fetch_certificate", {{"ca_pem", Lab::ca_pem()}});
  ASSERT_EQ(fetched.status, 0) << fetched.message;
  EXPECT_TRUE(fs::exists(fmt::format("/etc/puppetlabs/puppet/ssl/certs/{}.pem", kNode)));
  const auto run = node.call("run", {{"environment", "bootstrap"}, {"step", "vendor-run"}});
  ASSERT_EQ(run.status, 0) << run.message;
  const auto job = node.finish(run.data.value("job", ""));
  EXPECT_EQ(job.at("exit_code"), 2) << job.at("output");
  EXPECT_TRUE(fs::exists("/opt/puppetlabs/puppet/public/last_run_summary.yaml"));
  EXPECT_EQ(node.puppet("last_run_summary").data.at("changed_resources"), 1);
  EXPECT_GT(node.puppet("status").data.at("lastrun"), 0);
}

// The site's own word wins over the package's.
TEST_F(VendorTreeTest, WhatPuppetConfMovesIsFollowed) {
  write("/etc/puppetlabs/puppet/puppet.conf", "[main]\nssldir = /opt/puppetlabs/moved\n", 0644);
  const auto layout = plugins::puppet::find_layout({}, folder_ / "layout.json");
  EXPECT_EQ(layout.warning, "");
  EXPECT_EQ(layout.paths.ssldir, "/opt/puppetlabs/moved") << layout.source;
  EXPECT_EQ(layout.paths.confdir, "/etc/puppetlabs/puppet");
}

}  // namespace
}  // namespace muster::test
