#include "node-agent/daemon/parts.hpp"

#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/ddl/site_rules.hpp"

namespace muster::agent {

facts::Sources fact_sources(const AgentConfig& config) {
  facts::Sources sources;
  for (const auto& folder : config.facts_folders) sources.external_folders.emplace_back(folder);
  sources.interval = std::chrono::seconds(config.facts_interval_s);
  if (config.ec2_metadata) sources.ec2_metadata_url = config.ec2_metadata_url;
  return sources;
}

void use_site_rules(const std::filesystem::path& ddl_folder) {
  if (auto rules = ddl::read_site_rules({ddl_folder}))
    ddl::use_site_rules(*std::move(rules));
  else
    log::error("the site's validators cannot be used", {{"why", rules.error().message}});
}

std::string files_of(const BusSettings& bus) {
  std::string all;
  const auto add = [&all](const std::string& part) { all += part + '\n'; };
  for (const auto& broker : bus.node_brokers) add(broker);
  for (const auto& collective : bus.collectives) add(collective);
  for (const auto& file : {bus.operator_root_file, bus.orchestrator_root_file}) {
    add(file.string());
    add(base::read_file(file).value_or(""));
  }
  if (bus.token) add(bus.token->token);
  return all;
}

}  // namespace muster::agent
