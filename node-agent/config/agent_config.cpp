#include "node-agent/config/agent_config.hpp"

#include <fmt/format.h>

#include "plugins/puppet/layout.hpp"
#include "plugins/puppet/settings.hpp"
#include "proto/audit/settings.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::agent {
namespace {

constexpr std::int64_t kWorkersMax = 64;
constexpr std::int64_t kQueueMax = 65'536;
constexpr std::int64_t kAgentsIntervalMaxS = 20;
constexpr std::int64_t kIntervalLeastS = 10;
constexpr std::int64_t kIntervalMaxS = 86'400;

void read_puppet(base::StrictMap& map, plugins::PuppetPaths& puppet) {
  map.path("program", puppet.program);
  for (const auto& [name, member] : plugins::puppet::path_settings()) {
    if (map.has(name)) puppet.overridden.emplace_back(name);
    map.path(name, puppet.*member);
  }
  map.path("private_key", puppet.private_key);
  map.path("hosts_file", puppet.hosts_file);
}

void read_registration(base::StrictMap& map, AgentConfig& config) {
  map.integer("interval_s", config.registration_interval_s, 0, kIntervalMaxS);
  map.integer("splay_s", config.registration_splay_s, 0, kIntervalMaxS);
  if (config.registration_interval_s > 0 && config.registration_interval_s < kIntervalLeastS)
    map.complain("interval_s", fmt::format("{} is too often: at least {} s, or 0 for never",
                                           config.registration_interval_s, kIntervalLeastS));
}

void check_values(base::StrictMap& map, const AgentConfig& config) {
  if (!config.identity.empty())
    if (auto ok = base::check_identity(config.identity); !ok)
      map.complain("identity", ok.error().message);
  for (const auto& collective : config.collectives)
    if (auto ok = base::check_word("collective", collective); !ok)
      map.complain("collectives", ok.error().message);
  if (auto level = log::level_from(config.log_level); !level)
    map.complain("log_level", level.error().message);
  const auto& reboot = config.reboot_command;
  if (!reboot.empty() && !reboot.front().starts_with('/'))
    map.complain("reboot_command", fmt::format("{} must begin with '/': nobody looks it up",
                                               base::quoted(reboot.front())));
  const std::vector<std::string> versions = {"automatic", "5", "3.1.1"};
  if (std::find(versions.begin(), versions.end(), config.mqtt_version) == versions.end())
    map.complain("mqtt_version", "unknown MQTT version '" + config.mqtt_version + "'" +
                                     base::hint_for(config.mqtt_version, versions));
}

}  // namespace

Result<AgentConfig> load_config(const std::filesystem::path& path, bool required) {
  AgentConfig config;
  if (!required && !std::filesystem::exists(path)) {
    config.audit.file = audit::default_file(config.state_folder);
    return config;
  }
  MUSTER_ASSIGN(auto map, base::StrictMap::from_file(path));
  map.text("identity", config.identity);
  map.path("token_file", config.token_file);
  map.path("state_folder", config.state_folder);
  map.path("policies", config.policies_folder);
  map.texts("facts_folders", config.facts_folders);
  map.texts("classes_files", config.classes_files);
  map.texts("collectives", config.collectives);
  map.texts("brokers", config.brokers);
  map.path("operator_root", config.operator_root);
  map.path("orchestrator_root", config.orchestrator_root);
  map.integer("masters_port", config.masters_port, 1, 65'535);
  map.text("mqtt_version", config.mqtt_version);
  map.text("log_level", config.log_level);
  map.boolean("core_dumps", config.core_dumps);
  map.integer("workers", config.workers, 1, kWorkersMax);
  map.integer("queue", config.queue, 1, kQueueMax);
  map.integer("facts_interval_s", config.facts_interval_s, 10, 86'400);
  map.texts("reboot_command", config.reboot_command);
  map.boolean("ec2_metadata", config.ec2_metadata);
  map.text("ec2_metadata_url", config.ec2_metadata_url);
  map.map("puppet", [&](base::StrictMap& inner) { read_puppet(inner, config.puppet); });
  map.texts("external_agents", config.external_agents);
  map.texts("external_data", config.external_data);
  map.texts("ruby_libdirs", config.ruby_libdirs);
  map.path("ddl_folder", config.ddl_folder);
  map.path("plugin_config", config.plugin_config);
  map.path("mcollective_config", config.mcollective_config);
  map.text("ruby", config.ruby);
  map.path("ruby_host", config.ruby_host);
  map.integer("agents_interval_s", config.agents_interval_s, 1, kAgentsIntervalMaxS);
  map.map("registration", [&](base::StrictMap& inner) { read_registration(inner, config); });
  config.audit.file = audit::default_file(config.state_folder);
  map.map("audit", [&](base::StrictMap& inner) { audit::read(inner, config.audit); });
  check_values(map, config);
  MUSTER_TRY(map.finish());
  return config;
}

void find_out(AgentConfig& config) {
  const auto layout =
      plugins::puppet::find_layout(config.puppet, config.state_folder / "puppet-layout.json");
  config.puppet = layout.paths;
  config.puppet_stamp = plugins::puppet::layout_stamp(config.puppet);
  if (config.classes_files.empty()) config.classes_files = {config.puppet.classes_file().string()};
  if (!layout.warning.empty()) log::warning(layout.warning);
  log::debug("where Puppet keeps things", {{"source", layout.source},
                                           {"confdir", layout.paths.confdir.string()},
                                           {"ssldir", layout.paths.ssldir.string()},
                                           {"vardir", layout.paths.vardir.string()}});
}

}  // namespace muster::agent
