#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/output.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

struct CreateOptions {
  authority::MemberSpec spec;
  std::string role;  // --role; empty: the group's
  std::string ttl;
  std::filesystem::path folder;
};

Result<ExitCode> create_member(const CommonOptions& common, const CreateOptions& options) {
  auto spec = options.spec;
  if (!options.role.empty()) spec.role = security::role_from(options.role);
  if (spec.role == security::Role::none)
    return fail(Errc::config,
                fmt::format("{} is no role{}", base::quoted(options.role),
                            base::hint_for(options.role, {"operator", "orchestrator", "broker"})));
  MUSTER_ASSIGN(const auto folder, authority_folder(common, options.folder));
  MUSTER_ASSIGN(const auto ttl, read_ttl(options.ttl));
  if (ttl) spec.valid_for = *ttl;
  MUSTER_ASSIGN(const auto made, authority::issue_member(folder, spec));
  show_made(common, spec.name, spec.role, made);
  if (!spec.groups.empty())
    note(
        fmt::format("carry {} into the folder policies beside each orchestrator.yaml and send the "
                    "orchestrators SIGHUP: they know of no group before",
                    (folder / authority::kGroupsFile).string()));
  return ExitCode::ok;
}

void add_role_options(Command& command, CreateOptions& options) {
  using security::Role;
  if (options.spec.role == Role::broker)
    command
        .option("--host", options.spec.hosts,
                "DNS name or address by which clients reach it; repeatable")
        .required()
        .one_word_each()
        .type("HOST");
  if (options.spec.role != Role::operator_) return;
  command.option("--role", options.role, "operator or orchestrator; else operator").type("ROLE");
  command
      .option("--group", options.spec.groups,
              "Group of the orchestrators' policies that it joins; repeatable")
      .one_word_each()
      .type("GROUP");
}

}  // namespace

void add_member_create(Program& program, Command group, security::Role role) {
  const auto options = std::make_shared<CreateOptions>();
  options->spec.role = role;
  Command command =
      add_command(program, group, "create",
                  fmt::format("A certificate for a further {}", security::name_of(role)),
                  [&program, options] { return create_member(program.common, *options); });
  command.option("name", options->spec.name, "Who it is for").required().type("NAME");
  add_role_options(command, *options);
  command.option("--ttl", options->ttl, "How long it is good, such as 90d; else two years")
      .type("TIME");
  command.flag("--replace", options->spec.replace,
               "There may be a certificate of that name already; it stays good until it ends");
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
  command.option("--out", options->spec.out, "Where the files go; else beside the root")
      .type("DIR");
}

}  // namespace muster::cli
