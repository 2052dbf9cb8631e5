#include "orchestrator/authority/config_text.hpp"

#include <fmt/format.h>

#include "proto/base/endpoint.hpp"

namespace muster::authority {
namespace {

constexpr std::string_view kTemplate =
    R"(# Muster: where the brokers are, who we are, whom we believe.
# Paths are relative to this file's folder. Unknown keys are errors.

# Brokers' listener for {name}s, host:port, tried in order.
brokers: {brokers}

# The set of nodes that we talk to.
collective: {collective}

# Our certificate and its private key.
certificate: {name}.pem
key: {name}.key
# Or the key is held by a program of yours, such as a security token's: docs/operating/KEYS.md.
# key_program: [/usr/local/bin/muster-sign]

# The operator root: who may command, and who names the brokers.
operator_root: {root}

# The orchestrator root: who runs the fleet's affairs.
orchestrator_root: {orchestrator_root}

# Folder of Puppet CA certificates (*.pem, *.crt) to believe beside those that the bus tells. May be missing.
node_cas: node-cas

# What join tokens tell the nodes that use them.
join:
  # Brokers' listener for nodes without a certificate.
  join_brokers: {join}
  # Brokers' listener for nodes with a Puppet certificate.
  node_brokers: {nodes}
)";

// A YAML list. Hosts are checked names and addresses: nothing in them needs escaping.
std::string listed(const std::vector<std::string>& hosts, std::uint16_t port) {
  std::string text;
  for (const auto& host : hosts)
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", base::Endpoint{host, port}.text());
  return "[" + text + "]";
}

}  // namespace

std::string groups_text(const InitSpec& spec) {
  return fmt::format(
      "# Who may ask orchestrators for what changes trust or the fleet, and whatever else "
      "policies\n"
      "# allow the group. Belongs into the folder policies beside orchestrator.yaml.\n"
      "admins cert={}\n",
      spec.operator_name);
}

std::string config_text(const InitSpec& spec, std::string_view name, std::uint16_t port) {
  const auto& hosts = spec.broker_hosts;
  return fmt::format(kTemplate, fmt::arg("brokers", listed(hosts, port)),
                     fmt::arg("collective", spec.collective), fmt::arg("name", name),
                     fmt::arg("root", kRootFile),
                     fmt::arg("orchestrator_root", kOrchestratorRootFile),
                     fmt::arg("join", listed(hosts, spec.join_port)),
                     fmt::arg("nodes", listed(hosts, spec.nodes_port)));
}

}  // namespace muster::authority
