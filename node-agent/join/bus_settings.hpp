// Where the bus is and whom to obey: from the configuration, else from the join token, kept in the
// state folder so that the token may go once it has done its work.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "node-agent/config/agent_config.hpp"
#include "proto/base/result.hpp"
#include "proto/security/token_file.hpp"

namespace muster::agent {

struct BusSettings {
  std::vector<std::string> node_brokers;  // "host:port", mutual TLS
  std::vector<std::string> collectives;
  std::filesystem::path operator_root_file;  // PEM: trust anchor of the brokers and of operators
  std::filesystem::path orchestrator_root_file;  // PEM: trust anchor of orchestrators
  std::optional<security::TokenFile> token;      // when there is one that can be read
};

// Errc::config when neither configuration, token nor an earlier run tells where the bus is: says
// what to do.
Result<BusSettings> find_bus(const AgentConfig& config);

}  // namespace muster::agent
