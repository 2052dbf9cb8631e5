// How the agent connects: as a member with its Puppet certificate, or to the join zone with the
// token's password.
#pragma once

#include <string>

#include "node-agent/config/agent_config.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/join/join_identity.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::agent {

// `client_id`: security::client_id() of the node's key. The last will takes presence down. MQTT has one will a client: in further collectives presence goes
// when it expires.
transport::mqtt::Options member_options(const AgentConfig& config, const BusSettings& bus,
                                        const std::string& identity, std::string client_id);
// To the masters' listener of the same brokers, where a revocation list is delivered. No last will. Errc::config for a
// broker that is no host:port.
Result<transport::mqtt::Options> courier_options(const AgentConfig& config, const BusSettings& bus,
                                                 const std::string& identity,
                                                 std::string client_id);
// Needs bus.token. The last will takes the announcement down.
transport::mqtt::Options join_options(const BusSettings& bus, const JoinIdentity& join);

}  // namespace muster::agent
