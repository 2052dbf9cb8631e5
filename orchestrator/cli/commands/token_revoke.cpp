#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> revoke_token(const CommonOptions& common, const std::string& id) {
  return ask_and_show(common, {.action = "token_revoke", .arguments = {{"id", id}}},
                      [&](const client::ControlAnswer&) {
                        return fmt::format("Nobody joins with token {} any more\n",
                                           render::one_line(id));
                      });
}

}  // namespace

void add_token_revoke(Program& program, Command parent) {
  const auto id = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "revoke", "Make a token worthless, on the whole bus",
                  [&program, id] { return revoke_token(program.common, *id); });
  command.option("id", *id, "The token's, as 'muster token list' and 'token show' print it")
      .required()
      .type("ID");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
