#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "orchestrator/authority/tokens.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

// Any id can be revoked, another machine's issuer may have made it: whoever mistyped one must hear of it.
void note_if_unknown(const CommonOptions& common, const std::string& id) {
  const auto settings = read_settings(common);
  if (!settings) return;
  const auto made = authority::issued_tokens(settings->folder());
  if (!made || made->empty()) return;
  const auto its = [&](const authority::IssuedToken& token) { return token.id == id; };
  if (std::any_of(made->begin(), made->end(), its)) return;
  note(fmt::format(
      "no issuer beside the configuration made a token {}; 'muster token list' shows those "
      "that they made",
      base::quoted(id)));
}

Result<ExitCode> revoke_token(const CommonOptions& common, const std::string& id) {
  std::error_code none;
  if (std::filesystem::is_regular_file(id, none))
    return fail(Errc::config, fmt::format("{} is a file: 'muster token show' prints its token's id",
                                          base::quoted(id)));
  MUSTER_ASSIGN(const auto done,
                ask_and_show(common, {.action = "token_revoke", .arguments = {{"id", id}}},
                             [&](const client::ControlAnswer&) {
                               return fmt::format("Nobody joins with token {} any more\n",
                                                  render::one_line(id));
                             }));
  if (done == ExitCode::ok) note_if_unknown(common, id);
  return done;
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
