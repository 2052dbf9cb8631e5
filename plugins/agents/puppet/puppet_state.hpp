// What Puppet itself notes about its agent, in files of its state folder.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

// Why Puppet is disabled on this node (its agent_disabled.lock); nothing when it is enabled.
std::optional<std::string> disabled_message(const PuppetPaths& paths);
// Both may be repeated. The message is shown by Puppet and by every `status`.
Status disable(const PuppetPaths& paths, const std::string& message);
Status enable(const PuppetPaths& paths);

// The process that applies a catalogue now (agent_catalog_run.lock), if it still lives.
std::optional<pid_t> applying_pid(const PuppetPaths& paths);
// The daemon of `puppet agent --daemonize` or the service.
std::optional<pid_t> daemon_pid(const PuppetPaths& paths);

}  // namespace muster::plugins::puppet
