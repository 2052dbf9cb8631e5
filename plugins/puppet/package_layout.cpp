#include "plugins/puppet/package_layout.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr char kVendorRoot[] = "/opt/puppetlabs/";

PuppetPaths vendors() {
  PuppetPaths paths;
  paths.confdir = "/etc/puppetlabs/puppet";
  paths.ssldir = "/etc/puppetlabs/puppet/ssl";
  paths.vardir = "/opt/puppetlabs/puppet/cache";
  paths.publicdir = "/opt/puppetlabs/puppet/public";
  paths.rundir = "/var/run/puppetlabs";
  paths.logdir = "/var/log/puppetlabs/puppet";
  paths.cadir = "/etc/puppetlabs/puppetserver/ca";
  return paths;
}

}  // namespace

std::optional<Package> package_of(const std::filesystem::path& program,
                                  const std::filesystem::path& debian_mark) {
  if (program.native().starts_with(kVendorRoot)) return Package::vendor;
  std::error_code ignored;
  if (program == "/usr/bin/puppet" && std::filesystem::exists(debian_mark, ignored))
    return Package::debian;
  return std::nullopt;
}

PuppetPaths as_packaged(Package package) {
  return package == Package::vendor ? vendors() : PuppetPaths();
}

}  // namespace muster::plugins::puppet
