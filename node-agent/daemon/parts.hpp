// What of the configuration the agent's parts are made from, at its start and at a reload.
#pragma once

#include <filesystem>
#include <string>

#include "node-agent/config/agent_config.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "plugins/facts/fact_store.hpp"

namespace muster::agent {

facts::Sources fact_sources(const AgentConfig& config);

// Reads the site's validators; what is wrong with them is logged, and they are left as they are.
void use_site_rules(const std::filesystem::path& ddl_folder);

// Brokers, collectives, token and the roots' files, for comparing two of them.
std::string files_of(const BusSettings& bus);

}  // namespace muster::agent
