#include "orchestrator/daemon/daemon_config.hpp"

#include <fmt/format.h>

#include "orchestrator/admission/reserved.hpp"
#include "proto/audit/settings.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::daemon {
namespace {

void read_registry(base::StrictMap& map, DaemonConfig& config) {
  map.boolean("enabled", config.registry_enabled);
  map.texts("collectives", config.registry_collectives);
  map.integer("keep_s", config.registry_keep_s, 600, 31'536'000);
  map.integer("nodes_max", config.registry_nodes_max, 1, 1'000'000);
  map.integer("max_mb", config.registry_max_mb, 1, 1'048'576);
  for (const auto& collective : config.registry_collectives)
    if (auto ok = base::check_word("collective", collective); !ok)
      map.complain("collectives", ok.error().message);
  if (config.registry_enabled && config.registry_collectives.empty())
    map.complain("collectives", "names no collective: what would the registry hold?");
}

void read_names(base::StrictMap& map, admission::Rules& names) {
  std::string mode(admission::name_of(names.replace_names));
  map.text("replace_names", mode);
  if (const auto read = admission::replace_names_from(mode))
    names.replace_names = *read;
  else
    map.complain("replace_names", read.error().message);
  map.texts("reserved_names", names.reserved_names);
  for (const auto& pattern : names.reserved_names)
    if (auto good = admission::check_reserved_pattern(pattern); !good)
      map.complain("reserved_names", good.error().message);
}

void read_workflows(base::StrictMap& map, std::vector<WorkflowRule>& rules) {
  map.maps("workflows", [&](base::StrictMap& inner) { rules.push_back(read_rule(inner)); });
  if (rules.size() > workflow::kRulesMax)
    map.complain("workflows",
                 fmt::format("{} rules; the limit is {}", rules.size(), workflow::kRulesMax));
  if (!rules.empty() && map.has("workflow"))
    map.complain("workflow", "'workflows' says which workflow a node gets; leave out 'workflow'");
}

// It runs with our rights, and its word gives names away.
Status check_program(const std::filesystem::path& program) {
  if (auto safe = base::check_guard(program, base::Guard::program); !safe)
    return fail(safe.error().within("'instance_gone_program'"));
  return {};
}

// Without a program the section would say that machines are attested, and none were.
void read_attestation(base::StrictMap& map, provision::AttestationOptions& out) {
  map.texts("program", out.program);
  std::int64_t deadline_s = out.deadline.count();
  map.integer("deadline_s", deadline_s, 1, 60);
  out.deadline = std::chrono::seconds(deadline_s);
  auto most = static_cast<std::int64_t>(out.at_once);
  map.integer("most", most, 1, 64);
  out.at_once = static_cast<std::size_t>(most);
  if (out.program.empty() || !out.program.front().starts_with('/'))
    return map.complain("program",
                        "must be a list that begins with the absolute path of a program, "
                        "like [/usr/local/lib/muster/attest]");
  if (auto safe = provision::check_asked_program(out.program); !safe)
    map.complain("program", safe.error().within("'attestation.program'").message);
}

}  // namespace

Result<DaemonConfig> load_config(const std::filesystem::path& path) {
  MUSTER_ASSIGN(auto map, base::StrictMap::from_file(path));
  DaemonConfig config;
  config.bus = settings::read(map, path);
  map.path("state_folder", config.state_folder);
  map.path("workflow", config.workflow);
  read_workflows(map, config.workflows);
  config.decommission_is_said = map.has("decommission");
  map.path("decommission", config.decommission);
  map.path("ddl_folder", config.ddl_folder);
  map.path("policies", config.policies);
  config.audit.file = audit::default_file(config.state_folder);
  map.map("audit", [&](base::StrictMap& inner) { audit::read(inner, config.audit); });
  map.integer("in_flight", config.in_flight, 1, 10'000);
  map.integer("per_master", config.per_master, 1, 1'000);
  map.text("log_level", config.log_level);
  if (auto level = log::level_from(config.log_level); !level)
    map.complain("log_level", level.error().message);
  read_names(map, config.names);
  map.path("instance_gone_program", config.instance_gone_program);
  if (!config.instance_gone_program.empty())
    if (auto safe = check_program(path.parent_path() / config.instance_gone_program); !safe)
      map.complain("instance_gone_program", safe.error().message);
  map.map("attestation",
          [&](base::StrictMap& inner) { read_attestation(inner, config.attestation); });
  map.map("notify", [&](base::StrictMap& inner) { notify::read(inner, config.notify); });
  config.registry_collectives = {config.bus.collective};
  map.map("registry", [&](base::StrictMap& inner) { read_registry(inner, config); });
  map.map("history", [&](base::StrictMap& inner) {
    inner.integer("keep_days", config.history_keep_days, 1, 3'650);
    inner.integer("runs_max", config.history_runs_max, 100, 10'000'000);
  });
  MUSTER_TRY(map.finish());
  // As in muster.yaml, relative to the file's folder.
  config.policies = path.parent_path() / (config.policies.empty() ? "policies" : config.policies);
  for (auto& rule : config.workflows)
    if (rule.workflow.is_relative()) rule.workflow = path.parent_path() / rule.workflow;
  if (config.workflow.is_relative()) config.workflow = path.parent_path() / config.workflow;
  if (config.decommission.is_relative())
    config.decommission = path.parent_path() / config.decommission;
  if (config.ddl_folder.is_relative()) config.ddl_folder = path.parent_path() / config.ddl_folder;
  if (!config.instance_gone_program.empty())
    config.instance_gone_program = path.parent_path() / config.instance_gone_program;
  return config;
}

}  // namespace muster::daemon
