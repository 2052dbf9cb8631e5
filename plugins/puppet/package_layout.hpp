// Where packages' Puppets keep things when puppet.conf says nothing: known without asking them, which takes a second.
#pragma once

#include <filesystem>
#include <optional>

#include "plugins/api/puppet_paths.hpp"

namespace muster::plugins::puppet {

enum class Package {
  debian,  // Debian's own and its kin's
  vendor,  // all-in-one packages of Puppet and OpenVox, below /opt/puppetlabs
};

// Of a program with its links followed. Nothing for one of unknown origin: a gem, another distribution's. `debian_mark` is a file that Debian
// and its kin alone have.
std::optional<Package> package_of(const std::filesystem::path& program,
                                  const std::filesystem::path& debian_mark = "/etc/debian_version");

// Sources: `puppet config print` of Debian 12's 7.23, and Puppet's documentation of its all-in-one packages.
PuppetPaths as_packaged(Package package);

}  // namespace muster::plugins::puppet
