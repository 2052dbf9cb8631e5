// The command line of a Puppet run, and what must hold before one is started.
#pragma once

#include <chrono>
#include <string>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

inline constexpr std::chrono::seconds kRunTimeout{3600};
// Two runs exclude each other; the later one waits this long for the earlier.
inline constexpr std::chrono::seconds kWaitForLock{900};

struct RunOptions {
  std::string key;          // as JobSpec's
  std::string environment;  // empty: the node's own
  std::string tags;         // empty: all
  bool noop = false;
  bool at_server_url = false;  // ask PuppetPaths::server_url, whatever puppet.conf says
};

// Exit codes of the job: 0 nothing to do, 2 changes, 4 failures, 6 both, 1 the run itself failed.
inline bool succeeded(int exit_code) {
  return exit_code == 0 || exit_code == 2;
}

// Errc::config when Puppet is not installed, Errc::aborted, with the reason that was given, when it
// is disabled.
Result<JobSpec> run_spec(const Node& node, const RunOptions& options);

}  // namespace muster::plugins::puppet
