#include "node-agent/join/bus_settings.hpp"

#include <fmt/format.h>

#include "node-agent/join/bus_memory.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/secret_file.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::agent {
namespace {

constexpr std::string_view kRootFile = "operator-root.pem";
constexpr std::string_view kOrchestratorRootFile = "orchestrator-root.pem";

Status read_token(const AgentConfig& config, BusSettings& settings) {
  auto text =
      base::read_secret(config.token_file, base::Guard::secret, security::kTokenFileMaxBytes);
  if (!text) {
    if (text.error().code == Errc::not_found) return {};
    return fail(text.error());
  }
  MUSTER_ASSIGN(settings.token,
                security::read_token_file(text->text(), config.token_file.string()));
  return {};
}

// What the token said is written down before it is used.
Status remember(const AgentConfig& config, const security::TokenFile& token) {
  const auto& claims = token.claims;
  std::vector<std::string> collectives{claims.collective};
  for (const auto& further : claims.collectives) collectives.push_back(further);
  MUSTER_TRY(base::write_file(config.state_folder / kRootFile, token.operator_root_pem));
  MUSTER_TRY(
      base::write_file(config.state_folder / kOrchestratorRootFile, token.orchestrator_root_pem));
  return remember_bus(config.state_folder, {token.node_brokers, std::move(collectives),
                                            token.operator_root_pem, token.orchestrator_root_pem});
}

void recall(const AgentConfig& config, BusSettings& settings) {
  const auto memory = recall_bus(config.state_folder).value_or(BusMemory{});
  settings.node_brokers = memory.node_brokers;
  settings.collectives = memory.collectives;
  if (config.operator_root.empty())
    mend_root(config.state_folder / kRootFile, memory.operator_root_pem);
  if (config.orchestrator_root.empty())
    mend_root(config.state_folder / kOrchestratorRootFile, memory.orchestrator_root_pem);
}

// Whom to obey must be known before the first request.
Status check_anchors(const AgentConfig& config, const BusSettings& settings) {
  for (const auto& [key, file] : {std::pair{"operator_root", &settings.operator_root_file},
                                  {"orchestrator_root", &settings.orchestrator_root_file}})
    if (!std::filesystem::exists(*file))
      return fail(Errc::config,
                  fmt::format("the {} {} does not exist: set '{}', or provide a join token at {}",
                              std::string_view(key) == "operator_root" ? "operator root"
                                                                       : "orchestrator root",
                              file->string(), key, config.token_file.string()));
  return {};
}

}  // namespace

Result<BusSettings> find_bus(const AgentConfig& config) {
  BusSettings settings;
  const auto token = read_token(config, settings);
  if (settings.token) MUSTER_TRY(remember(config, *settings.token));
  recall(config, settings);
  if (!config.brokers.empty()) settings.node_brokers = config.brokers;
  if (!config.collectives.empty()) settings.collectives = config.collectives;
  if (settings.collectives.empty()) settings.collectives = {"main"};
  settings.operator_root_file =
      config.operator_root.empty() ? config.state_folder / kRootFile : config.operator_root;
  settings.orchestrator_root_file = config.orchestrator_root.empty()
                                        ? config.state_folder / kOrchestratorRootFile
                                        : config.orchestrator_root;
  const auto anchors = check_anchors(config, settings);
  const bool found = !settings.node_brokers.empty() && anchors;
  if (!token && !found) return fail(token.error());
  // Most nodes need it no more; one that does will say so.
  if (!token) log::warning("the join token cannot be used", {{"why", token.error().message}});
  if (settings.node_brokers.empty())
    return fail(
        Errc::config,
        fmt::format(
            "nothing tells where the bus is: there is no join token at {} and no 'brokers' in the "
            "configuration. Make one with `muster token create` and put it there",
            config.token_file.string()));
  MUSTER_TRY(anchors);
  return settings;
}

}  // namespace muster::agent
