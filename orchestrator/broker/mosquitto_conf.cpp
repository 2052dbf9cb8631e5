#include "orchestrator/broker/mosquitto_conf.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/broker/broker_folder.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::broker {
namespace {

// One listener: who comes there, and by what.
struct Door {
  std::string_view name;  // of its access list, NAME.acl
  std::uint16_t port;
  std::string trust;  // lines that say whose certificates it takes
  bool by_password = false;
};

std::vector<Door> doors(const BrokerConfig& config, const LookedAt& lists) {
  const BrokerFolder folder{config.folder};
  const auto capath = fmt::format("capath {}\n", folder.capath().string());
  const auto crlfile = [](const std::filesystem::path& file) {
    return fmt::format("crlfile {}\n", file.string());
  };
  const auto of_root = [&](const std::string& root, bool with_list) {
    return fmt::format("capath {}\n{}", folder.roots(root).string(),
                       with_list ? crlfile(folder.root_crls(root)) : "");
  };
  return {
      {"nodes", config.nodes_port, capath + crlfile(folder.node_crls())},
      {"operators", config.operators_port, of_root("operators", lists.operators)},
      {"orchestrators", config.orchestrators_port, of_root("orchestrators", lists.orchestrators)},
      {"watchers", config.watchers_port, of_root("orchestrators", lists.orchestrators)},
      // No list is looked at there, for the lists come this way.
      {"masters", config.masters_port, capath},
      {"join", config.join_port, "", true}};
}

bool with_plugins(const BrokerConfig& config) {
  return config.mosquitto == MosquittoVersion::v2_1;
}

// 2.1 has a default of its own; a message's topic and properties come on top.
std::string packet_limit(const BrokerConfig& config) {
  constexpr std::size_t kAroundMessage = 64 * 1024;
  return with_plugins(config)
             ? fmt::format("max_packet_size {}\n", envelope::kMessageMaxBytes + kAroundMessage)
             : "";
}

std::string settings_of_all(const BrokerConfig& config, const std::string& run_as) {
  // A command to all brings an answer from each: one client's queue must hold the whole fleet's,
  // twice over.
  const std::size_t queued = 2 * config.fleet + 1'000;
  const std::size_t in_flight = std::clamp<std::size_t>(config.fleet, 100, 65'535);
  return fmt::format(
      "# Written by `muster broker config` for Mosquitto {}; a hand-made change is lost with the "
      "next run.\n"
      "{}{}pid_file {}\n"
      "# Without it every round trip waits 40 ms for a delayed acknowledgement.\n"
      "set_tcp_nodelay true\n"
      "max_queued_messages {}\nmax_inflight_messages {}\nmessage_size_limit {}\n{}"
      "persistent_client_expiration 1d\n"
      "persistence true\npersistence_location {}/data/\nautosave_interval 60\n"
      "sys_interval 0\n"
      "log_dest stderr\nlog_type error\nlog_type warning\nlog_type notice\nconnection_messages "
      "false\n",
      with_plugins(config) ? "2.1 and later" : "2.0", run_as.empty() ? "" : "user " + run_as + "\n",
      with_plugins(config) ? "" : "per_listener_settings true\n",
      BrokerFolder{config.folder}.pid_file().string(), queued, in_flight,
      envelope::kMessageMaxBytes, packet_limit(config), config.folder.string());
}

// Since 2.1 access lists and passwords are plugins, each loaded once for each listener with its own file.
std::string plugin_loads(const BrokerConfig& config, const std::vector<Door>& all) {
  const auto folder = config.folder.string();
  const auto plugins = config.plugins.string();
  std::string out = "\n";
  for (const auto& door : all)
    out += fmt::format(
        "plugin_load {0}_access {1}/mosquitto_acl_file.so\nplugin_opt_acl_file {2}\n", door.name,
        plugins, BrokerFolder{config.folder}.access_list(door.name).string());
  return out + fmt::format(
                   "plugin_load join_password {0}/mosquitto_password_file.so\n"
                   "plugin_opt_password_file {1}/join.passwd\n",
                   plugins, folder);
}

std::string access_of(const BrokerConfig& config, const Door& door) {
  const auto folder = config.folder.string();
  if (!with_plugins(config)) {
    auto out =
        fmt::format("acl_file {}\n", BrokerFolder{config.folder}.access_list(door.name).string());
    if (door.by_password)
      out += fmt::format("allow_anonymous false\npassword_file {}/join.passwd\n", folder);
    return out;
  }
  return fmt::format("listener_allow_anonymous false\nplugin_use {}_access\n{}", door.name,
                     door.by_password ? "plugin_use join_password\n" : "");
}

std::string listener_of(const BrokerConfig& config, const Door& door) {
  const auto server = BrokerFolder{config.folder}.server().string();
  return fmt::format(
      "\n# {1}\nlistener {2}{3}\ncertfile {0}\nkeyfile {0}\n"
      "tls_version tlsv1.2\nciphers {4}\n{5}{6}",
      server, door.name, door.port, config.address.empty() ? "" : " " + config.address, kCiphers,
      access_of(config, door),
      door.by_password ? fmt::format("max_connections {}\n", config.join_connections)
                       : door.trust + "require_certificate true\nuse_identity_as_username true\n");
}

}  // namespace

std::string mosquitto_conf(const BrokerConfig& config, const std::string& run_as,
                           const LookedAt& lists) {
  const auto all = doors(config, lists);
  auto out = settings_of_all(config, run_as);
  if (with_plugins(config)) out += plugin_loads(config, all);
  for (const auto& door : all) out += listener_of(config, door);
  return out;
}

}  // namespace muster::broker
