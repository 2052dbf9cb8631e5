// /etc/muster/orchestrator.yaml: the keys of muster.yaml (brokers, collective, certificate, key,
// operator_root, node_cas) and the daemon's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "orchestrator/notify/notify_config.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/result.hpp"

namespace muster::daemon {

struct DaemonConfig {
  settings::Settings bus;
  std::filesystem::path state_folder = "/var/lib/muster-orchestrator";
  std::filesystem::path workflow = "/etc/muster/workflows/puppet.yaml";
  std::int64_t in_flight = 100;  // nodes provisioned at once: 1-10000
  std::int64_t per_master = 20;  // of them with one master: 1-1000
  std::string log_level = "info";
  notify::NotifyConfig notify;
};

// Errors name file, line and the nearest valid key.
Result<DaemonConfig> load_config(const std::filesystem::path& path);

}  // namespace muster::daemon
