#include <fmt/format.h>

#include "orchestrator/authority/tokens.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/cli/token_states.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

Value token_json(const authority::IssuedToken& token, std::int64_t now_ms,
                 const TokenStates& states) {
  return {{"id", token.id},
          {"issuer", token.issuer},
          {"identities", token.identities},
          {"uses", token.uses},
          {"master", token.master},
          {"replace", token.replace},
          {"issued_at", base::iso8601(token.issued_at_ms)},
          {"expires_at", base::iso8601(token.expires_at_ms)},
          {"expired", now_ms >= token.expires_at_ms},
          {"revoked", states.revoked_json(token.id)}};
}

std::string token_line(const authority::IssuedToken& token, std::int64_t now_ms,
                       const TokenStates& states) {
  const auto until = fmt::format("{} {}", now_ms >= token.expires_at_ms ? "expired" : "until",
                                 base::iso8601(token.expires_at_ms));
  const auto revoked = states.revoked_text(token.id);
  return fmt::format("{}  {}  by {}, {}{}{}  for {}\n", render::one_line(token.id),
                     revoked.empty() ? until : revoked, render::one_line(token.issuer),
                     token.uses == 0 ? "any number of uses" : fmt::format("uses: {}", token.uses),
                     token.master ? ", master" : "", token.replace ? ", replaces" : "",
                     render::one_line(fmt::format("{}", fmt::join(token.identities, ", "))));
}

Result<ExitCode> list_tokens(const CommonOptions& common, bool all) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  MUSTER_ASSIGN(auto tokens, authority::issued_tokens(settings.folder()));
  const auto now_ms = base::SystemClock().unix_ms();
  if (!all) std::erase_if(tokens, [&](const auto& one) { return now_ms >= one.expires_at_ms; });
  std::vector<std::string> ids;
  for (const auto& token : tokens) ids.push_back(token.id);
  const auto states = TokenStates::ask(settings, ids);
  Value document = Value::array();
  for (const auto& token : tokens) {
    if (common.json)
      document.push_back(token_json(token, now_ms, states));
    else
      print(token_line(token, now_ms, states));
  }
  if (common.json) print_json({{"tokens", std::move(document)}});
  return ExitCode::ok;
}

}  // namespace

void add_token_list(Program& program, Command parent) {
  const auto all = std::make_shared<bool>(false);
  Command command =
      add_command(program, parent, "list", "Tokens that the issuers beside the configuration made",
                  [&program, all] { return list_tokens(program.common, *all); });
  command.flag("--all", *all, "Expired ones too");
}

}  // namespace muster::cli
