// /etc/muster/agent.yaml: everything an operator may say about one node's agent. All of it has a
// default; a node with a join token needs no file at all.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "plugins/api/node.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/base/result.hpp"

namespace muster::agent {

struct AgentConfig {
  std::string identity;  // empty: puppet.conf's certname, else the fqdn, lower case
  std::filesystem::path token_file = "/etc/muster/join.token";
  std::filesystem::path state_folder = "/var/lib/muster";
  std::filesystem::path policies_folder = "/etc/muster/policies";
  std::vector<std::string> facts_folders = {"/etc/facter/facts.d", "/etc/puppetlabs/facter/facts.d",
                                            "/opt/puppetlabs/facter/facts.d",
                                            "/etc/muster/facts.d"};
  std::vector<std::string> classes_files;  // empty: Puppet's own (PuppetPaths::classes_file)
  std::vector<std::string> collectives;    // empty: the token's
  std::vector<std::string> brokers;        // "host:port" of the nodes' listener; empty: the token's
  std::int64_t masters_port = 8888;     // of those brokers, for a master's revocation list: 1-65535
  std::filesystem::path operator_root;  // PEM; empty: the token's
  std::filesystem::path orchestrator_root;  // PEM; empty: the token's
  std::string mqtt_version = "automatic";   // automatic, 5, 3.1.1
  std::string log_level = "info";
  bool core_dumps = false;              // base::forbid_core_dumps() unless true
  std::int64_t workers = 4;             // actions at once: 1-64
  std::int64_t queue = 256;             // requests that wait for a worker: 1-65536; beyond: "busy"
  std::int64_t facts_interval_s = 300;  // 10-86400
  std::int64_t registration_interval_s = 300;  // `registration.interval_s`: 0 (never), 10-86400
  std::int64_t registration_splay_s = 60;      // `registration.splay_s`: 0-86400
  audit::Options
      audit;  // `audit`; its file by default where systemd says ($LOGS_DIRECTORY), else in
              // the state folder: audit.log
  std::vector<std::string> reboot_command = {"/usr/bin/systemctl",
                                             "reboot"};  // empty: nobody is to
  bool ec2_metadata = false;
  std::string ec2_metadata_url = "http://169.254.169.254";
  plugins::PuppetPaths puppet;
  std::string puppet_stamp;  // find_out(): plugins::puppet::layout_stamp of what was found

  // Other people's agents: folders that are not there hold none. An earlier one hides a later one.
  std::vector<std::string> external_agents = {
      "/etc/muster/agents", "/usr/share/mcollective/plugins/mcollective/agent",
      "/opt/puppetlabs/mcollective/plugins/mcollective/agent"};
  std::vector<std::string> ruby_libdirs = {"/etc/muster/ruby", "/usr/share/mcollective/plugins",
                                           "/opt/puppetlabs/mcollective/plugins"};
  std::vector<std::string> external_data = {"/etc/muster/data",
                                            "/usr/share/mcollective/plugins/mcollective/data",
                                            "/opt/puppetlabs/mcollective/plugins/mcollective/data"};
  std::filesystem::path ddl_folder = "/etc/muster/ddl";          // validators.yaml of the site
  std::filesystem::path plugin_config = "/etc/muster/plugin.d";  // NAME.cfg: settings of an agent
  std::filesystem::path mcollective_config = "/etc/mcollective/server.cfg";  // its plugin.* lines
  std::string ruby = "ruby";
  std::filesystem::path ruby_host;      // empty: where it is installed with this program
  std::int64_t agents_interval_s = 10;  // 1-20: how often the folders are looked at

  bool operator==(const AgentConfig&) const = default;
};

// A missing file is all defaults when `required` is false. Errors name file, line and the nearest
// valid key.
Result<AgentConfig> load_config(const std::filesystem::path& path, bool required);

// What the file leaves to be found out: where Puppet keeps things on this machine, what its puppet.conf calls it, and so the classes. Says in the log what was found. May run
// Puppet once (plugins/puppet/layout.hpp).
void find_out(AgentConfig& config);

}  // namespace muster::agent
