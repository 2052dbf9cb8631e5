// On a master: what brings its CA's revocation list to the broker.
#pragma once

#include <memory>
#include <string>

#include "node-agent/config/agent_config.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/revocation/crl_courier.hpp"

namespace muster::agent {

// Null on a machine without a CA. References outlive it.
std::unique_ptr<CrlCourier> crl_courier(const AgentConfig& config, const BusSettings& bus,
                                        const std::string& identity, const base::Clock& clock);

}  // namespace muster::agent
