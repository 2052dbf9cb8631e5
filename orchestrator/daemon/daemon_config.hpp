// /etc/muster/orchestrator.yaml: the keys of muster.yaml (brokers, collective, certificate, key,
// operator_root, orchestrator_root, node_cas) and the daemon's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/admission/rules.hpp"
#include "orchestrator/daemon/workflow_rules.hpp"
#include "orchestrator/notify/notify_config.hpp"
#include "orchestrator/provision/live/attestation_program.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/base/result.hpp"

namespace muster::daemon {

struct DaemonConfig {
  settings::Settings bus;
  std::filesystem::path state_folder = "/var/lib/muster-orchestrator";
  std::filesystem::path workflow = "/etc/muster/workflows/puppet.yaml";
  std::vector<WorkflowRule>
      workflows;  // instead of `workflow`: the first whose `when` holds counts
  // That nodes go through that are to go. Unless the file says another one, it need not be there.
  std::filesystem::path decommission = "/etc/muster/workflows/decommission.yaml";
  bool decommission_is_said = false;
  std::filesystem::path ddl_folder = "/etc/muster/ddl";  // of agents that the workflow may call
  std::int64_t in_flight = 100;                          // nodes provisioned at once: 1-10000
  std::int64_t per_master = 20;                          // of them with one master: 1-1000
  std::filesystem::path policies;  // `policies`: who may ask for what; by default beside the file
  audit::Options audit;  // `audit`; its file by default where systemd says, else in the state
                         // folder: audit.log
  std::string log_level = "info";
  // `replace_names` (approval, exact-token, any-token) and `reserved_names` (globs).
  admission::Rules names;
  // `instance_gone_program`: asks the machines' provider whether a name's old instance is gone; empty:
  // nobody is asked.
  std::filesystem::path instance_gone_program;
  // Section `attestation`: `program`, `deadline_s` (1-60), `most` (1-64).
  provision::AttestationOptions attestation;
  notify::NotifyConfig notify;
  // Section `registry`.
  bool registry_enabled = true;                   // `enabled`
  std::vector<std::string> registry_collectives;  // `collectives`; by default the daemon's own
  std::int64_t registry_keep_s = 604'800;     // `keep_s`, since a node was heard of: 600-31536000
  std::int64_t registry_nodes_max = 200'000;  // `nodes_max`: 1-1000000
  std::int64_t registry_max_mb = 2'048;       // `max_mb`, of all that nodes said: 1-1048576
  // Section `history`.
  std::int64_t history_keep_days = 90;      // `keep_days`, since a run ended: 1-3650
  std::int64_t history_runs_max = 100'000;  // `runs_max`, the latest: 100-10000000
};

// Errors name file, line and the nearest valid key.
Result<DaemonConfig> load_config(const std::filesystem::path& path);

}  // namespace muster::daemon
