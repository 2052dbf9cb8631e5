#include <fmt/format.h>

#include <array>

#include "orchestrator/authority/tokens.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/cli/token_states.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/security/token_file.hpp"

namespace muster::cli {
namespace {

std::string as_words(const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return render::one_line(value.get_ref<const std::string&>());
  if (!value.is_array() && !value.is_object()) return base::json_text(value);
  std::string words;
  for (const auto& [key, item] : value.items())
    words += (words.empty() ? "" : ", ") + (value.is_object() ? key + "=" : "") + as_words(item);
  return words;
}

std::string shown_token(const authority::TokenShown& token, bool under_our_root) {
  std::string out;
  const auto line = [&out](std::string_view name, std::string_view text) {
    out += fmt::format("{:>14}: {}\n", name, text);
  };
  for (const auto* name :
       {"id", "collective", "collectives", "identities", "uses", "master", "issues", "serves",
        "replace", "workflow", "extensions", "alternative_names", "join_brokers", "node_brokers",
        "issued_at", "expires_at"}) {
    const auto& value = token.content.at(name);
    if (value == "" || (value.is_structured() && value.empty())) continue;
    const std::string_view label = name;
    line(label == "alternative_names" ? "further_names" : label,
         value == 0 ? "any number" : as_words(value));
  }
  constexpr std::array kCertificates{std::pair{"issuer", "issuer"}, std::pair{"root", "root"},
                                     std::pair{"orchestrator_root", "orchestrators"}};
  for (const auto& [name, label] : kCertificates) {
    const auto& certificate = token.content.at(name);
    line(label, as_words(certificate.at("subject")));
    out += fmt::format("{:16}{}\n", "", as_words(certificate.at("fingerprint")));
  }
  const std::string yes = under_our_root ? "yes" : "for whoever trusts that root";
  line("valid", token.valid ? yes : "no: " + render::one_line(token.problem));
  return out;
}

// None when there is no configuration; a token from elsewhere can still be read.
Result<std::optional<settings::Settings>> our_settings(const CommonOptions& common) {
  const auto config = settings::find(common.config);
  if (!config && !common.config.empty()) return fail(config.error());
  if (!config) return std::optional<settings::Settings>();
  MUSTER_ASSIGN(auto settings, settings::load(*config));
  return std::optional(std::move(settings));
}

Result<std::optional<x509::Certificate>> root_of(
    const std::optional<settings::Settings>& settings) {
  if (!settings) return std::optional<x509::Certificate>();
  MUSTER_ASSIGN(auto root, x509::Certificate::from_file(settings->operator_root));
  return std::optional(std::move(root));
}

// Of one that its file calls good; null in `content` when nobody knows.
void judge_by_the_bus(authority::TokenShown& token, const settings::Settings& settings) {
  const auto id = token.content.at("id").get<std::string>();
  const auto states = TokenStates::ask(settings, {id});
  token.content["revoked"] = states.revoked_json(id);
  token.problem = states.revoked_text(id);
  token.valid = token.problem.empty();
  token.content["valid"] = token.valid;
  if (!token.valid) token.content["problem"] = token.problem;
}

// Anything can be named; what is no document has no place in it to tell.
Error no_token(Error error, std::string_view text) {
  if (text.find('{') == 0) return error;
  return {error.code, "this is no join token; 'muster token create' makes one"};
}

Result<ExitCode> show(const CommonOptions& common, const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file, security::kTokenFileMaxBytes));
  MUSTER_ASSIGN(const auto settings, our_settings(common));
  MUSTER_ASSIGN(const auto root, root_of(settings));
  const base::SystemClock clock;
  auto token = authority::show_token(text, root ? &*root : nullptr, clock.unix_ms());
  if (!token) return fail(no_token(token.error(), text).within(file.string()));
  if (token->valid && settings) judge_by_the_bus(*token, *settings);
  if (common.json)
    print_json({{"token", token->content}, {"valid", token->valid}, {"problem", token->problem}});
  else
    print(shown_token(*token, root.has_value()));
  return token->valid ? ExitCode::ok : ExitCode::error;
}

}  // namespace

void add_token_show(Program& program, Command parent) {
  const auto file = std::make_shared<std::filesystem::path>();
  Command command =
      add_command(program, parent, "show", "What a token says, and whether it is good",
                  [&program, file] { return show(program.common, *file); });
  command.option("file", *file, "The token").required().type("FILE");
}

}  // namespace muster::cli
