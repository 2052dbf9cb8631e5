#include "node-agent/config/agent_config.hpp"

#include <fmt/format.h>

#include <cstdlib>

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
constexpr std::int64_t kAuditLeastBytes = 65'536;
constexpr std::int64_t kAuditMaxBytes = std::int64_t{1} << 40;
constexpr std::int64_t kAuditKeepMax = 1'000;

void read_puppet(base::StrictMap& map, plugins::PuppetPaths& puppet) {
  map.path("program", puppet.program);
  map.path("confdir", puppet.confdir);
  map.path("ssldir", puppet.ssldir);
  map.path("private_key", puppet.private_key);
  map.path("vardir", puppet.vardir);
  map.path("cadir", puppet.cadir);
  map.path("hosts_file", puppet.hosts_file);
}

void read_registration(base::StrictMap& map, AgentConfig& config) {
  map.integer("interval_s", config.registration_interval_s, 0, kIntervalMaxS);
  map.integer("splay_s", config.registration_splay_s, 0, kIntervalMaxS);
  if (config.registration_interval_s > 0 && config.registration_interval_s < kIntervalLeastS)
    map.complain("interval_s", fmt::format("{} is too often: at least {} s, or 0 for never",
                                           config.registration_interval_s, kIntervalLeastS));
}

// LogsDirectory= of the unit; the first, if there are several.
std::filesystem::path audit_file(const std::filesystem::path& state_folder) {
  const char* given = std::getenv("LOGS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): only read
  const std::string logs = given == nullptr ? "" : given;
  return logs.empty() ? state_folder / "audit.log"
                      : std::filesystem::path(logs.substr(0, logs.find(':'))) / "audit.log";
}

void read_audit(base::StrictMap& map, audit::Options& audit) {
  map.path("file", audit.file);
  map.boolean("journal", audit.journal);
  map.integer("max_bytes", audit.max_bytes, 0, kAuditMaxBytes);
  if (audit.max_bytes > 0 && audit.max_bytes < kAuditLeastBytes)
    map.complain("max_bytes",
                 fmt::format("{} is too little: at least {}, or 0 for logrotate's work",
                             audit.max_bytes, kAuditLeastBytes));
  map.integer("keep", audit.keep, 0, kAuditKeepMax);
  map.boolean("required", audit.required);
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
  const std::vector<std::string> versions = {"automatic", "5", "3.1.1"};
  if (std::find(versions.begin(), versions.end(), config.mqtt_version) == versions.end())
    map.complain("mqtt_version", "unknown MQTT version '" + config.mqtt_version + "'" +
                                     base::hint_for(config.mqtt_version, versions));
}

}  // namespace

Result<AgentConfig> load_config(const std::filesystem::path& path, bool required) {
  AgentConfig config;
  if (!required && !std::filesystem::exists(path)) {
    config.audit.file = audit_file(config.state_folder);
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
  map.text("mqtt_version", config.mqtt_version);
  map.text("log_level", config.log_level);
  map.boolean("core_dumps", config.core_dumps);
  map.integer("workers", config.workers, 1, kWorkersMax);
  map.integer("queue", config.queue, 1, kQueueMax);
  map.integer("facts_interval_s", config.facts_interval_s, 10, 86'400);
  map.boolean("ec2_metadata", config.ec2_metadata);
  map.text("ec2_metadata_url", config.ec2_metadata_url);
  map.map("puppet", [&](base::StrictMap& inner) { read_puppet(inner, config.puppet); });
  map.texts("external_agents", config.external_agents);
  map.texts("external_data", config.external_data);
  map.texts("ruby_libdirs", config.ruby_libdirs);
  map.path("plugin_config", config.plugin_config);
  map.path("mcollective_config", config.mcollective_config);
  map.text("ruby", config.ruby);
  map.path("ruby_host", config.ruby_host);
  map.integer("agents_interval_s", config.agents_interval_s, 1, kAgentsIntervalMaxS);
  map.map("registration", [&](base::StrictMap& inner) { read_registration(inner, config); });
  config.audit.file = audit_file(config.state_folder);
  map.map("audit", [&](base::StrictMap& inner) { read_audit(inner, config.audit); });
  check_values(map, config);
  MUSTER_TRY(map.finish());
  return config;
}

}  // namespace muster::agent
