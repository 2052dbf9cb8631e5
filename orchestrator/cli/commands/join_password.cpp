// muster join-password: what opens the join listener.
#include <fmt/format.h>

#include "orchestrator/authority/join_passwords.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/output.hpp"

namespace muster::cli {
namespace {

struct PasswordOptions {
  bool finish = false;
  std::filesystem::path folder;
};

Result<ExitCode> rotate_password(const CommonOptions& common, const PasswordOptions& options) {
  MUSTER_ASSIGN(const auto folder, authority_folder(common, options.folder));
  MUSTER_ASSIGN(const auto passwords, options.finish ? authority::finish_join_password(folder)
                                                     : authority::rotate_join_password(folder));
  Value users = Value::array();
  for (const auto& password : passwords) users.push_back(password.user);
  if (common.json) {
    print_json({{"users", std::move(users)}});
    return ExitCode::ok;
  }
  print(options.finish ? fmt::format("{} alone opens the join listener, once each broker has it\n",
                                     passwords.front().user)
                       : fmt::format("new tokens join as {}; tokens of {} go on until the end\n",
                                     passwords.front().user, passwords.back().user));
  print("Next, on each broker: 'muster broker config', then SIGHUP to mosquitto\n");
  return ExitCode::ok;
}

}  // namespace

void add_join_password(Program& program) {
  const Command group =
      add_group(program, "join-password", "What lets machines without a certificate connect");
  calls_no_node(program, group);
  const auto options = std::make_shared<PasswordOptions>();
  Command command = add_command(
      program, group, "rotate", "Another password beside the old one; with --finish it alone",
      [&program, options] { return rotate_password(program.common, *options); });
  command.flag("--finish", options->finish, "The old one, and the tokens that carry it, end");
  command.option("--dir", options->folder, "Folder of 'muster init'; else the configuration's")
      .type("DIR");
}

}  // namespace muster::cli
