// SIGHUP while the node is a member: what changes beside the work leaves the link as it is.
#include <fmt/format.h>

#include "node-agent/daemon/member_session.hpp"
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

std::optional<NodeAgent::Next> NodeAgent::reload_in_place(MemberSession& session) {
  if (!reread_) return Next::reload;
  auto fresh = reread_();
  if (!fresh) {
    log::error("configuration not reread, the old one stays in force",
               {{"why", fresh.error().message}});
    status(fmt::format("on the bus as {}", identity_));
    return std::nullopt;
  }
  if (needs_new_start(*fresh)) return Next::reload;
  config_.log_level = fresh->log_level;
  config_.facts_folders = fresh->facts_folders;
  config_.facts_interval_s = fresh->facts_interval_s;
  config_.ec2_metadata = fresh->ec2_metadata;
  config_.ec2_metadata_url = fresh->ec2_metadata_url;
  if (const auto level = log::level_from(config_.log_level)) log::set_level(*level);
  policies_->reload();
  use_site_rules(config_.ddl_folder);
  reload_gathers_ = facts_.refresh_soon(fact_sources(config_));
  watch_agents();
  log::info("configuration reread; the link stays");
  return judge_anew(session);
}

void NodeAgent::on_gathered(MemberSession& session) {
  take_looked_runs();
  show(session);
  register_now_ = register_now_ || !looked_runs_.empty();
  if (!reload_gathers_ || !facts_.has_gathered(*reload_gathers_)) return;
  reload_gathers_.reset();
  register_now_ = true;
  status(fmt::format("on the bus as {}", identity_));
}

}  // namespace muster::agent
