// The settings of Puppet that say where it keeps things, and what Puppet itself answers about them.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

// Ruby needs a second to start, and more on a small machine that boots.
inline constexpr std::chrono::milliseconds kAskTimeout{20'000};

// A setting's name, as in puppet.conf, and the member that it is.
struct PathSetting {
  const char* name;
  std::filesystem::path PuppetPaths::*member;
};
std::span<const PathSetting> path_settings();

using Settings = std::map<std::string, std::filesystem::path>;

// "--ssldir /srv/ssl …" for what agent.yaml gives, and nothing else.
std::vector<std::string> overrides(const PuppetPaths& paths);

// `puppet config print`, given the overrides. Blocks until it ended, kAskTimeout at most. Errc::config, with what it printed, when it
// failed or left a setting out.
Result<Settings> ask(const std::string& program, const PuppetPaths& paths);

// What puppet.conf's [main] and [agent] say of these settings, literally ("$vardir/x" included); [agent] wins. A file that is not there says nothing.
std::map<std::string, std::string> said_in(const std::filesystem::path& puppet_conf);

}  // namespace muster::plugins::puppet
