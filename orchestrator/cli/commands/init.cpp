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
                {"root_fingerprint", made.root.fingerprint()}});
    return ExitCode::ok;
  }
  std::string out = fmt::format("A new operator root, {}\n\n", made.root.fingerprint());
  for (const auto& file : made.files) out += "  " + file.string() + "\n";
  out += fmt::format(
      "\nWhoever reads {0}/root.key commands the fleet: keep it safe.\n"
      "Next: muster broker config --help, then muster -c {0}/{1} token create\n",
      spec.folder.string(), authority::kConfigFile);
  print(out);
  return ExitCode::ok;
}

}  // namespace

void add_init(Program& program) {
  const auto spec = std::make_shared<authority::InitSpec>();
  spec->folder = "/etc/muster";
  CLI::App* command =
      add_command(program, program.app, "init",
                  "A new operator root with its first certificates and configuration",
                  [&program, spec] { return init(program.common, *spec); });
  command->add_option("--dir", spec->folder, "Where everything goes")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--broker", spec->broker_hosts, "Host names or addresses of the brokers")
      ->required()
      ->type_name("HOST");
  command->add_option("--operator", spec->operator_name, "Name of the first operator")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--orchestrator", spec->orchestrator_name, "Name of the first orchestrator")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--collective", spec->collective, "Name of the collective")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--nodes-port", spec->nodes_port, "Port of the nodes' listener")
      ->type_name("PORT")
      ->capture_default_str();
  command->add_option("--join-port", spec->join_port, "Port of the join listener")
      ->type_name("PORT")
      ->capture_default_str();
  command->add_option("--operators-port", spec->operators_port, "Port of the operators' listener")
      ->type_name("PORT")
      ->capture_default_str();
}

}  // namespace muster::cli
