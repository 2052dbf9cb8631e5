// The settings of Puppet that say where it keeps things and what its node is called, and what Puppet itself answers about them.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

// Ruby needs a second to start, and many on a small machine that boots and does ten things at once.
inline constexpr std::chrono::milliseconds kAskTimeout{60'000};

// A setting's name, as in puppet.conf, and the member that it is.
struct PathSetting {
  const char* name;
  std::filesystem::path PuppetPaths::*member;
};
std::span<const PathSetting> path_settings();

// The same for one that is no path.
struct TextSetting {
  const char* name;
  std::string PuppetPaths::*member;
};
std::span<const TextSetting> text_settings();

using Settings = std::map<std::string, std::string>;  // of both, by name

// "--ssldir /srv/ssl …" for what agent.yaml gives, and nothing else.
std::vector<std::string> overrides(const PuppetPaths& paths);

// `puppet config print`, given the overrides: every setting of ours. Blocks until it ended, kAskTimeout at most. Errc::config, with what it printed, when it
// failed, told of an error, or left a setting out.
Result<Settings> ask(const std::string& program, const PuppetPaths& paths);

// What puppet.conf's [main] and [agent] say of these settings, literally ("$vardir/x" included, without quotes around it); [agent] wins, and the first of two. A file that is not there says nothing.
Settings said_in(const std::filesystem::path& puppet_conf);

}  // namespace muster::plugins::puppet
