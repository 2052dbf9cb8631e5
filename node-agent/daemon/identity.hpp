// The node's name: as configured, else as puppet.conf's `certname` has it, else its fully qualified domain name, which is Puppet's certname then.
#pragma once

#include <string>
#include <string_view>

#include "node-agent/config/agent_config.hpp"
#include "proto/base/result.hpp"

namespace muster::agent {

// Whether `name` is what images are called before somebody names the machine: "localhost",
// "localhost.localdomain", "ip6-localhost", "localhost-live", nothing. Many have it at once, so it is nobody's.
bool is_placeholder(std::string_view name);

// Errc::config when the name cannot be one: says which key to set. Errc::unavailable while the host
// has only a placeholder, and nobody has written down another name.
Result<std::string> find_identity(const AgentConfig& config);

// The same for this node, which goes on under the name it has joined with while its certificate is
// good, whatever the host is called since.
Result<std::string> node_identity(const AgentConfig& config, std::int64_t now_ms);

// The node has joined under `identity`; node_identity() keeps to it.
Status remember_identity(const AgentConfig& config, const std::string& identity);
// Whether it ever has.
bool has_joined(const AgentConfig& config);

}  // namespace muster::agent
