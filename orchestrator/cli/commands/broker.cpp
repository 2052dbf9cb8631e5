#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/join_passwords.hpp"
#include "orchestrator/authority/revocations.hpp"
#include "orchestrator/broker/broker_config.hpp"
#include "orchestrator/broker/mosquitto_conf.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/files.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct ConfigOptions {
  broker::BrokerConfig config;
  fs::path authority;
  std::string name = "broker";
  std::string mosquitto;  // empty: as installed
};

Status choose_mosquitto(ConfigOptions& options) {
  options.config.mosquitto = broker::installed_mosquitto().value_or(broker::MosquittoVersion::v2_0);
  if (!options.mosquitto.empty()) {
    MUSTER_ASSIGN(options.config.mosquitto, broker::mosquitto_version_from(options.mosquitto));
  }
  if (options.config.plugins.empty()) options.config.plugins = broker::mosquitto_plugins();
  return {};
}

Result<ExitCode> write_config(const CommonOptions& common, ConfigOptions options) {
  fs::path folder = options.authority;
  if (folder.empty()) {
    MUSTER_ASSIGN(const auto settings, read_settings(common));
    folder = settings.folder();
  }
  MUSTER_ASSIGN(const auto passwords, authority::join_passwords(folder));
  MUSTER_TRY(choose_mosquitto(options));
  options.config.folder = fs::absolute(options.config.folder);
  options.config.operator_root = folder / authority::kRootFile;
  options.config.orchestrator_root = folder / authority::kOrchestratorRootFile;
  options.config.operator_crl = folder / authority::kRevocationsFile;
  options.config.orchestrator_crl = folder / authority::kOrchestratorRevocationsFile;
  options.config.certificate = folder / (options.name + ".pem");
  options.config.key = folder / (options.name + ".key");
  for (const auto& [user, password] : passwords)
    options.config.join_passwords.push_back({user, password});
  MUSTER_ASSIGN(const auto written, broker::write_config(options.config));
  if (common.json)
    print_json({{"config_file", written.config_file.string()},
                {"nftables", written.nftables.string()},
                {"capath", written.capath.string()},
                {"revocation_lists", written.node_crls.string()}});
  else
    print(fmt::format(
        "Start it:               mosquitto -c {}\nKeep beside it running: muster -c {} broker "
        "watch --dir {}\nLimit who floods it:    nft -f {}\n",
        written.config_file.string(), (folder / authority::kWatcherConfigFile).string(),
        options.config.folder.string(), written.nftables.string()));
  return ExitCode::ok;
}

void add_config(Program& program, Command parent) {
  const auto options = std::make_shared<ConfigOptions>();
  Command command =
      add_command(program, parent, "config", "Everything a Mosquitto needs to be Muster's broker",
                  [&program, options] { return write_config(program.common, *options); });
  broker::BrokerConfig& config = options->config;
  command.option("--dir", config.folder, "Where the broker's files go").required().type("DIR");
  command
      .option("--authority", options->authority,
              "Folder that 'muster init' made; else the configuration's")
      .type("DIR");
  command.option("--name", options->name, "Whose certificate: NAME.pem and NAME.key there")
      .type("NAME")
      .shows_default();
  command.option("--collective", config.collectives, "Collectives it serves")
      .type("NAME")
      .shows_default();
  command.option("--address", config.address, "Address to listen on; else all").type("ADDRESS");
  command.option("--nodes-port", config.nodes_port, "Port for nodes").shows_default();
  command.option("--join-port", config.join_port, "Port for joining nodes").shows_default();
  command.option("--operators-port", config.operators_port, "Port for operators").shows_default();
  command.option("--orchestrators-port", config.orchestrators_port, "Port for orchestrators")
      .shows_default();
  command.option("--watchers-port", config.watchers_port, "Port for brokers' watchers")
      .shows_default();
  command.option("--masters-port", config.masters_port, "Port for masters' revocation lists")
      .shows_default();
  config.plugins.clear();
  command
      .option("--mosquitto", options->mosquitto,
              "Which it is: 2.0, or 2.1 and later; else what is installed, else 2.0")
      .type("VERSION");
  command
      .option("--plugins", config.plugins, "Where Mosquitto 2.1 has its plugins; else looked for")
      .type("DIR");
  command.option("--fleet", config.fleet, "Nodes expected: sizes its queues")
      .type("N")
      .shows_default();
  command.option("--run-as", config.run_as, "User that Mosquitto becomes when root starts it")
      .type("USER")
      .shows_default();
}

}  // namespace

void add_broker(Program& program) {
  const Command group = add_group(program, "broker", "Mosquitto, made Muster's");
  calls_no_node(program, group);
  add_member_create(program, group, security::Role::broker);
  add_member_list(program, group, security::Role::broker);
  add_member_show(program, group, security::Role::broker);
  add_member_renew(program, group, security::Role::broker);
  add_revoke(program, group, security::Role::broker);
  add_config(program, group);
  add_broker_watch(program, group);
  add_broker_check(program, group);
}

}  // namespace muster::cli
