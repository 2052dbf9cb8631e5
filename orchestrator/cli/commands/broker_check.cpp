// muster broker check: what each kind of client can reach on a running broker, and what it cannot.
#include <unistd.h>

#include "orchestrator/cli/broker_parties.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/broker_check.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/log.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> check_it(const CommonOptions& common, const PartyOptions& options) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  MUSTER_ASSIGN(const auto plan, plan_of(options, settings));
  // What is refused on purpose is no news.
  log::set_level(log::Level::error);
  const auto findings = broker_check::check(plan);
  if (common.json)
    print_json(render::broker_check_json(findings));
  else
    print(render::broker_check_text(findings, render::Style::of(STDOUT_FILENO),
                                    static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return render::any_broken(findings) ? ExitCode::failed : ExitCode::ok;
}

void add_ports(Command command, PartyOptions& options) {
  command.option("--nodes-port", options.nodes_port, "With --broker: port for nodes")
      .shows_default();
  command.option("--join-port", options.join_port, "The same for joining nodes").shows_default();
  command.option("--operators-port", options.operators_port, "The same for operators")
      .shows_default();
  command.option("--orchestrators-port", options.orchestrators_port, "The same for orchestrators")
      .shows_default();
  command.option("--watchers-port", options.watchers_port, "The same for brokers' watchers")
      .shows_default();
  command.option("--masters-port", options.masters_port, "Port for masters' revocation lists")
      .shows_default();
}

}  // namespace

void add_broker_check(Program& program, Command parent) {
  const auto options = std::make_shared<PartyOptions>();
  Command command =
      add_command(program, parent, "check",
                  "Prove what operators, orchestrators, nodes and strangers can reach on a broker",
                  [&program, options] { return check_it(program.common, *options); });
  command.option("--broker", options->broker, "The broker's host; else as configured").type("HOST");
  command
      .option(
          "--authority", options->authority,
          "Folder with orchestrator.yaml, watcher.yaml, join.password; else the configuration's")
      .type("DIR");
  command
      .option("--node-certificate", options->node_certificate,
              "A node's certificate, PEM; else this machine's own")
      .type("FILE");
  command.option("--node-key", options->node_key, "Its private key").type("FILE");
  command
      .option("--revoked-certificate", options->revoked_certificate,
              "A certificate that its CA has revoked")
      .type("FILE");
  command.option("--revoked-key", options->revoked_key, "Its private key").type("FILE");
  command.option("--token", options->token, "A join token, for its password").type("FILE");
  add_ports(command, *options);
}

}  // namespace muster::cli
