#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> init(const CommonOptions& common, const authority::InitSpec& spec) {
  MUSTER_ASSIGN(const auto made, authority::init(spec));
  if (common.json) {
    Value files = Value::array();
    for (const auto& file : made.files) files.push_back(file.string());
    print_json({{"folder", spec.folder.string()},
                {"files", std::move(files)},
                {"root_fingerprint", made.root.fingerprint()},
                {"orchestrator_root_fingerprint", made.orchestrator_root.fingerprint()}});
    return ExitCode::ok;
  }
  std::string out = fmt::format("A new operator root, {}\nand a new orchestrator root, {}\n\n",
                                made.root.fingerprint(), made.orchestrator_root.fingerprint());
  for (const auto& file : made.files) out += "  " + file.string() + "\n";
  out += fmt::format(
      "\nWho can read {0}/root.key or {0}/orchestrator-root.key commands the fleet:\n"
      "keep them safe.\n"
      "Next: muster broker config --help, then muster -c {0}/{1} token create --identity NAME\n",
      spec.folder.string(), authority::kConfigFile);
  print(out);
  return ExitCode::ok;
}

}  // namespace

void add_init(Program& program) {
  const auto spec = std::make_shared<authority::InitSpec>();
  spec->folder = "/etc/muster";
  Command command = add_command(program, program.root(), "init",
                                "New roots with their first certificates and configuration",
                                [&program, spec] { return init(program.common, *spec); });
  calls_no_node(program, command);
  command.option("--dir", spec->folder, "Where everything goes").type("DIR").shows_default();
  command.option("--broker", spec->broker_hosts, "Host names or addresses of the brokers")
      .required()
      .type("HOST");
  command.option("--operator", spec->operator_name, "Name of the first operator")
      .type("NAME")
      .shows_default();
  command.option("--orchestrator", spec->orchestrator_name, "Name of the first orchestrator")
      .type("NAME")
      .shows_default();
  command.option("--collective", spec->collective, "Name of the collective")
      .type("NAME")
      .shows_default();
  command.option("--nodes-port", spec->nodes_port, "Port of the nodes' listener")
      .type("PORT")
      .shows_default();
  command.option("--join-port", spec->join_port, "Port of the join listener")
      .type("PORT")
      .shows_default();
  command.option("--operators-port", spec->operators_port, "Port of the operators' listener")
      .type("PORT")
      .shows_default();
  command
      .option("--orchestrators-port", spec->orchestrators_port,
              "Port of the orchestrators' listener")
      .type("PORT")
      .shows_default();
  command.option("--watchers-port", spec->watchers_port, "Port of the brokers' watchers' listener")
      .type("PORT")
      .shows_default();
}

}  // namespace muster::cli
