#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/cli/times.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"

namespace muster::cli {
namespace {

struct TokenOptions {
  std::vector<std::string> identities{"*"};
  std::uint32_t uses = 1;
  std::string ttl = "24h";
  bool master = false;
  std::vector<std::string> collectives;
  std::filesystem::path out;
};

Result<ExitCode> create_new_token(const CommonOptions& common, const TokenOptions& options) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  authority::TokenSpec spec;
  spec.identities = options.identities;
  spec.master = options.master;
  spec.collectives = options.collectives;
  spec.uses = options.uses;
  MUSTER_ASSIGN(spec.valid_for, parse_duration(options.ttl));
  const base::SystemClock clock;
  MUSTER_ASSIGN(const auto token, authority::create_token(settings, spec, clock));
  // A token is a secret: whoever has it may join.
  if (!options.out.empty()) MUSTER_TRY(base::write_file(options.out, token.text + "\n", 0600));
  const std::string expires = base::iso8601(token.expires_at_ms);
  if (common.json) {
    Value document = {{"id", token.id}, {"expires_at", expires}};
    document[options.out.empty() ? "token" : "file"] =
        options.out.empty() ? token.text : options.out.string();
    print_json(document);
  } else if (options.out.empty()) {
    print(token.text + "\n");
  } else {
    print(fmt::format("{}: token {}, valid until {}\n", options.out.string(), token.id, expires));
  }
  return ExitCode::ok;
}

std::string as_words(const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return render::one_line(value.get_ref<const std::string&>());
  if (!value.is_array()) return base::json_text(value);
  std::string words;
  for (const auto& item : value) words += (words.empty() ? "" : ", ") + as_words(item);
  return words;
}

std::string shown(const authority::TokenShown& token, bool under_our_root) {
  std::string out;
  const auto line = [&out](std::string_view name, std::string_view text) {
    out += fmt::format("{:>14}: {}\n", name, text);
  };
  for (const auto* name : {"id", "collective", "collectives", "identities", "uses", "master",
                           "join_brokers", "node_brokers", "issued_at", "expires_at"}) {
    const auto& value = token.content.at(name);
    if (value.is_array() && value.empty()) continue;
    line(name, value == 0 ? "any number" : as_words(value));
  }
  const auto& root = token.content.at("root");
  line("root", as_words(root.at("subject")));
  out += fmt::format("{:16}{}\n", "", as_words(root.at("fingerprint")));
  const auto& orchestrators = token.content.at("orchestrator_root");
  line("orchestrators", as_words(orchestrators.at("subject")));
  out += fmt::format("{:16}{}\n", "", as_words(orchestrators.at("fingerprint")));
  const std::string yes = under_our_root ? "yes" : "for whoever trusts that root";
  line("valid", token.valid ? yes : "no: " + render::one_line(token.problem));
  return out;
}

Result<ExitCode> show(const CommonOptions& common, const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  const base::SystemClock clock;
  // Under our own root when there is a configuration; a token from elsewhere can still be read.
  std::optional<x509::Certificate> root;
  if (const auto config = settings::find(common.config)) {
    MUSTER_ASSIGN(const auto settings, settings::load(*config));
    MUSTER_ASSIGN(root, x509::Certificate::from_file(settings.operator_root));
  } else if (!common.config.empty()) {
    return fail(config.error());
  }
  auto token = authority::show_token(text, root ? &*root : nullptr, clock.unix_ms());
  if (!token) return fail(token.error().within(file.string()));
  if (common.json)
    print_json({{"token", token->content}, {"valid", token->valid}, {"problem", token->problem}});
  else
    print(shown(*token, root.has_value()));
  return token->valid ? ExitCode::ok : ExitCode::error;
}

void add_create(Program& program, Command parent) {
  const auto options = std::make_shared<TokenOptions>();
  Command command =
      add_command(program, parent, "create", "A join token: the one file a new machine carries",
                  [&program, options] { return create_new_token(program.common, *options); });
  command.option("--identity", options->identities, "Names it is good for; * and ? allowed")
      .type("GLOB")
      .shows_default();
  command.option("--uses", options->uses, "Nodes that may join with it; 0: any number")
      .type("N")
      .shows_default();
  command.option("--ttl", options->ttl, "How long it is good: 90s, 15m, 24h, 7d")
      .type("TIME")
      .shows_default();
  command
      .option("--collective", options->collectives,
              "A further collective that nodes join, beside the configuration's; repeatable")
      .type("NAME")
      .one_word_each();
  command.flag("--master", options->master, "For a Puppet master: it may offer its CA");
  command.option("-o,--out", options->out, "File to write, mode 0600; else stdout").type("FILE");
}

}  // namespace

void add_token(Program& program) {
  const Command group = add_group(program, "token", "Join tokens for new machines");
  calls_no_node(program, group);
  add_create(program, group);
  const auto file = std::make_shared<std::filesystem::path>();
  Command show_it = add_command(program, group, "show", "What a token says, and whether it is good",
                                [&program, file] { return show(program.common, *file); });
  show_it.option("file", *file, "The token").required().type("FILE");
}

}  // namespace muster::cli
