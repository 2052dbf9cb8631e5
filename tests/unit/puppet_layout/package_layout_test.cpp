#include "plugins/puppet/package_layout.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppet {
namespace {

TEST(PackageLayoutTest, AProgramBelowOptIsTheVendors) {
  EXPECT_EQ(package_of("/opt/puppetlabs/puppet/bin/puppet"), Package::vendor);
  EXPECT_EQ(package_of("/opt/puppetlabs/bin/puppet"), Package::vendor);
}

TEST(PackageLayoutTest, UsrBinIsDebiansOnDebianAlone) {
  const fakes::TempFolder folder;
  EXPECT_EQ(package_of("/usr/bin/puppet", folder.write("debian_version", "12\n")), Package::debian);
  EXPECT_FALSE(package_of("/usr/bin/puppet", folder / "none"));
  EXPECT_FALSE(package_of("/usr/local/bin/puppet"));
}

TEST(PackageLayoutTest, TheVendorsFilesAreWhereItsPackagesPutThem) {
  const auto paths = as_packaged(Package::vendor);
  EXPECT_EQ(paths.confdir, "/etc/puppetlabs/puppet");
  EXPECT_EQ(paths.ssldir, "/etc/puppetlabs/puppet/ssl");
  EXPECT_EQ(paths.state(), "/opt/puppetlabs/puppet/cache/state");
  EXPECT_EQ(paths.classes_file(), "/opt/puppetlabs/puppet/cache/state/classes.txt");
  EXPECT_EQ(paths.summary_folder(), "/opt/puppetlabs/puppet/public");
  EXPECT_EQ(paths.daemon_pid_file(), "/var/run/puppetlabs/agent.pid");
  EXPECT_EQ(paths.cadir, "/etc/puppetlabs/puppetserver/ca");
}

}  // namespace
}  // namespace muster::plugins::puppet
