#include "orchestrator/daemon/daemon_config.hpp"

#include "proto/base/log.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::daemon {

Result<DaemonConfig> load_config(const std::filesystem::path& path) {
  MUSTER_ASSIGN(auto map, base::StrictMap::from_file(path));
  DaemonConfig config;
  config.bus = settings::read(map, path);
  map.path("state_folder", config.state_folder);
  map.path("workflow", config.workflow);
  map.integer("in_flight", config.in_flight, 1, 10'000);
  map.integer("per_master", config.per_master, 1, 1'000);
  map.text("log_level", config.log_level);
  if (auto level = log::level_from(config.log_level); !level)
    map.complain("log_level", level.error().message);
  map.map("notify", [&](base::StrictMap& inner) { notify::read(inner, config.notify); });
  MUSTER_TRY(map.finish());
  // As in muster.yaml, relative to the file's folder.
  if (config.workflow.is_relative()) config.workflow = path.parent_path() / config.workflow;
  return config;
}

}  // namespace muster::daemon
