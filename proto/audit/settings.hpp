// Section `audit` of agent.yaml and of orchestrator.yaml.
#pragma once

#include <filesystem>

#include "proto/audit/audit_log.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::audit {

// audit.log in the folder that systemd names (LogsDirectory= of the unit; the first, if there are
// several), else in `state_folder`.
std::filesystem::path default_file(const std::filesystem::path& state_folder);

// Reads the section's keys: file, journal, max_bytes, keep, required. Complains to `map`.
void read(base::StrictMap& map, Options& options);

}  // namespace muster::audit
