#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/join_passwords.hpp"
#include "orchestrator/broker/broker_config.hpp"
#include "orchestrator/broker/capath_watch.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct ConfigOptions {
  broker::BrokerConfig config;
  fs::path authority;
  std::string name = "broker";
};

Result<ExitCode> write_config(const CommonOptions& common, ConfigOptions options) {
  fs::path folder = options.authority;
  if (folder.empty()) {
    MUSTER_ASSIGN(const auto settings, read_settings(common));
    folder = settings.folder();
  }
  MUSTER_ASSIGN(const auto passwords, authority::join_passwords(folder));
  options.config.folder = fs::absolute(options.config.folder);
  options.config.operator_root = folder / authority::kRootFile;
  options.config.orchestrator_root = folder / authority::kOrchestratorRootFile;
  options.config.certificate = folder / (options.name + ".pem");
  options.config.key = folder / (options.name + ".key");
  for (const auto& [user, password] : passwords)
    options.config.join_passwords.push_back({user, password});
  MUSTER_ASSIGN(const auto written, broker::write_config(options.config));
  if (common.json)
    print_json({{"config_file", written.config_file.string()},
                {"nftables", written.nftables.string()},
                {"capath", written.capath.string()}});
  else
    print(fmt::format(
        "Start it:               mosquitto -c {}\nKeep beside it running: muster -c {} broker "
        "watch --capath {}\nLimit who floods it:    nft -f {}\n",
        written.config_file.string(), (folder / authority::kWatcherConfigFile).string(),
        written.capath.string(), written.nftables.string()));
  return ExitCode::ok;
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

// Else it would be noticed when the first new CA comes, perhaps at night.
Status check_capath(const fs::path& capath) {
  std::error_code unreadable;
  if (fs::is_directory(capath, unreadable) && ::access(capath.c_str(), W_OK | X_OK) == 0) return {};
  return fail(Errc::config,
              fmt::format("--capath {} is no folder that can be written; 'muster broker config' "
                          "makes it as puppet-cas in the broker's folder",
                          base::quoted(capath.string())));
}

// The broker that we run beside accepts the roots that are in force. Where it keeps them elsewhere,
// or we may not write there, whoever set it up does this.
void hold_roots(const client::Link& link, const fs::path& broker_folder) {
  for (const auto& [root, name] :
       {std::pair{security::Root::operators, broker::kOperatorRootsFolder},
        {security::Root::orchestrators, broker::kOrchestratorRootsFolder}}) {
    const auto folder = broker_folder / name;
    std::error_code unreadable;
    if (link.roots() == nullptr || !fs::is_directory(folder, unreadable)) continue;
    if (auto held = broker::Capath(folder).hold(link.roots()->state(root).roots); !held)
      log::warning("the broker's folder of roots could not be changed",
                   {{"folder", folder.string()}, {"why", held.error().message}});
  }
}

Result<ExitCode> watch_cas(const CommonOptions& common, const fs::path& capath) {
  MUSTER_TRY(check_capath(capath));
  // Before any thread starts, so that all of them leave these signals to sigwait().
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  log::set_level(log::Level::info);
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  MUSTER_ASSIGN(const auto link, client::Link::open(settings));
  const auto verify = [&link](std::string_view topic, std::string_view payload) {
    return client::read_trusted_ca(topic, payload, link->operators());
  };
  broker::CapathWatch watching(link->bus(), link->collective(), verify,
                               broker::Capath(fs::absolute(capath)));
  MUSTER_TRY(watching.start());
  const auto follow = [&link, folder = fs::absolute(capath).parent_path()] {
    hold_roots(*link, folder);
  };
  auto roots = link->on_new_roots().add(follow);
  follow();
  int signal = 0;
  sigwait(&signals, &signal);
  roots.reset();
  link->bus().disconnect();
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
  command.option("--fleet", config.fleet, "Nodes expected: sizes its queues")
      .type("N")
      .shows_default();
  command.option("--run-as", config.run_as, "User that Mosquitto becomes when root starts it")
      .type("USER")
      .shows_default();
}

void add_watch(Program& program, Command parent) {
  const auto capath = std::make_shared<fs::path>();
  Command command = add_command(program, parent, "watch",
                                "Runs beside the broker: lets in nodes of new Puppet CAs",
                                [&program, capath] { return watch_cas(program.common, *capath); });
  command.option("--capath", *capath, "The broker's folder of CAs").required().type("DIR");
}

}  // namespace

void add_broker(Program& program) {
  const Command group = add_group(program, "broker", "Mosquitto, made Muster's");
  calls_no_node(program, group);
  add_member_create(program, group, security::Role::broker);
  add_member_list(program, group, security::Role::broker);
  add_member_show(program, group, security::Role::broker);
  add_member_renew(program, group, security::Role::broker);
  add_config(program, group);
  add_watch(program, group);
}

}  // namespace muster::cli
