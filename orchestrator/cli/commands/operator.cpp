#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

struct OperatorOptions {
  std::string name;
  std::string role = "operator";
  std::filesystem::path folder;
  std::filesystem::path out;
};

Result<ExitCode> create_operator(const CommonOptions& common, const OperatorOptions& options) {
  const security::Role role = security::role_from(options.role);
  if (role == security::Role::none)
    return fail(Errc::config,
                fmt::format("{} is no role{}", base::quoted(options.role),
                            base::hint_for(options.role, {"operator", "orchestrator", "broker"})));
  std::filesystem::path folder = options.folder;
  if (folder.empty()) {
    MUSTER_ASSIGN(const auto settings, read_settings(common));
    folder = settings.folder();
  }
  MUSTER_ASSIGN(const auto made,
                authority::issue_operator(folder, options.name, role,
                                          options.out.empty() ? folder : options.out));
  if (common.json)
    print_json({{"name", options.name},
                {"role", options.role},
                {"certificate", made.certificate_file.string()},
                {"key", made.key_file.string()},
                {"fingerprint", made.certificate.fingerprint()},
                {"expires_at", base::iso8601(made.certificate.not_after_ms())}});
  else
    print(fmt::format("{}\n{}\n", made.certificate_file.string(), made.key_file.string()));
  return ExitCode::ok;
}

}  // namespace

void add_operator(Program& program) {
  const Command group =
      add_group(program, "operator", "Certificates of operators and orchestrators");
  calls_no_node(program, group);
  const auto options = std::make_shared<OperatorOptions>();
  Command command =
      add_command(program, group, "create", "A certificate for a further operator or orchestrator",
                  [&program, options] { return create_operator(program.common, *options); });
  command.option("name", options->name, "Who it is for").required().type("NAME");
  command.option("--role", options->role, "operator or orchestrator").type("ROLE").shows_default();
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
  command.option("--out", options->out, "Where the files go; else beside the root").type("DIR");
  add_revoke(program, group, security::Role::operator_);
}

}  // namespace muster::cli
