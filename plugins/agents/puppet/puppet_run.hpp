// The command line of a Puppet run, and what must hold before one is started.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

inline constexpr std::chrono::seconds kRunTimeout{3600};
// Two runs exclude each other; the later one waits this long for the earlier.
inline constexpr std::chrono::seconds kWaitForLock{900};

// With splay, a random wait of at most so long comes before a run.
inline constexpr std::chrono::seconds kSplayLimitDefault{30};
inline constexpr std::chrono::seconds kSplayLimitMax{1800};

// What is not set is left to puppet.conf.
struct RunOptions {
  std::string key;          // as JobSpec's
  std::string environment;  // empty: the node's own
  std::string server;       // NAME or NAME:PORT; empty: puppet.conf's
  std::string tags;         // empty: all
  std::string skip_tags;
  std::optional<bool> noop;
  std::optional<bool> use_cached_catalog;
  bool ignoreschedules = false;
  std::chrono::seconds splay{0};  // 0: begin at once, whatever puppet.conf says
  bool at_server_url = false;     // ask PuppetPaths::server_url, whatever puppet.conf says
};

// The job's exit code is judged by plugins/puppet/exit_code.hpp. Errc::config when Puppet is not installed, Errc::aborted, with the reason that was given, when it
// is disabled.
Result<JobSpec> run_spec(const Node& node, const RunOptions& options);

}  // namespace muster::plugins::puppet
