#include "plugins/puppet/program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>

namespace muster::plugins::puppet {
namespace {

constexpr std::array kProgramFolders{
    "/usr/local/sbin",     "/usr/local/bin", "/usr/sbin", "/usr/bin",
    "/opt/puppetlabs/bin", "/sbin",          "/bin",      "/opt/puppetlabs/puppet/bin"};

}  // namespace

Result<std::string> find_puppet(const PuppetPaths& paths) {
  const auto& program = paths.program;
  if (program.has_parent_path()) {
    if (::access(program.c_str(), X_OK) == 0) return program.string();
    return fail(Errc::config,
                fmt::format("{} is missing or cannot be executed; correct puppet.program",
                            program.string()));
  }
  for (const auto* folder : kProgramFolders) {
    const auto path = std::filesystem::path(folder) / program;
    if (::access(path.c_str(), X_OK) == 0) return path.string();
  }
  return fail(Errc::config,
              fmt::format("Puppet is not installed on this node: no program '{}' in {}; install "
                          "puppet-agent or openvox-agent, or set puppet.program",
                          program.string(), fmt::join(kProgramFolders, ":")));
}

}  // namespace muster::plugins::puppet
