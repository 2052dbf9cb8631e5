// SIGHUP while the node is a member: what changes beside the work leaves the link as it is.
#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/daemon/parts.hpp"
#include "proto/base/log.hpp"

namespace muster::agent {

// Facts, policies, other people's agents and the log's level can change while the agent works.
bool NodeAgent::needs_new_start(AgentConfig fresh) const {
  fresh.log_level = config_.log_level;
  fresh.puppet_stamp = config_.puppet_stamp;
  fresh.facts_folders = config_.facts_folders;
  fresh.facts_interval_s = config_.facts_interval_s;
  fresh.ec2_metadata = config_.ec2_metadata;
  fresh.ec2_metadata_url = config_.ec2_metadata_url;
  if (fresh != config_) return true;
  const auto bus = find_bus(fresh);
  return !bus || files_of(*bus) != bus_files_;
}

Reread NodeAgent::reread() {
  if (!reread_) return {Reread::Kind::anew};
  auto fresh = reread_();
  if (!fresh) {
    log::error("configuration not reread, the old one stays in force",
               {{"why", fresh.error().message}});
    return {Reread::Kind::kept};
  }
  if (needs_new_start(*fresh)) return {Reread::Kind::anew};
  config_.log_level = fresh->log_level;
  config_.facts_folders = fresh->facts_folders;
  config_.facts_interval_s = fresh->facts_interval_s;
  config_.ec2_metadata = fresh->ec2_metadata;
  config_.ec2_metadata_url = fresh->ec2_metadata_url;
  if (const auto level = log::level_from(config_.log_level)) log::set_level(*level);
  policies_->reload();
  use_site_rules(config_.ddl_folder);
  const auto gathers = facts_.refresh_soon(fact_sources(config_));
  watch_agents();
  return {Reread::Kind::in_place, gathers};
}

}  // namespace muster::agent
