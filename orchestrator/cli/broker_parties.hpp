// With whose credentials `muster broker check` can try a broker: those that it is given, and those that it finds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "orchestrator/broker_check/check.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

struct PartyOptions {
  std::string broker;  // a host: every listener is looked for there; empty: as configured
  std::filesystem::path authority;  // that 'muster init' made; empty: the configuration's folder
  std::filesystem::path
      node_certificate;  // with node_key; empty: this machine's own from Puppet's ssldir
  std::filesystem::path node_key;
  std::filesystem::path revoked_certificate;  // with revoked_key
  std::filesystem::path revoked_key;
  std::filesystem::path token;  // a join token's file
  std::uint16_t nodes_port = 8883;
  std::uint16_t join_port = 8884;
  std::uint16_t operators_port = 8885;
  std::uint16_t orchestrators_port = 8886;
  std::uint16_t watchers_port = 8887;
  std::uint16_t masters_port = 8888;
};

// `settings`: the operator's. Who is not here, or may not be read, is left out of the plan; what was named and cannot be
// used is an error that names it.
Result<broker_check::Plan> plan_of(const PartyOptions& options, const settings::Settings& settings);

}  // namespace muster::cli
