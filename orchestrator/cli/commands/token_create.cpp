#include <fmt/format.h>

#include "orchestrator/authority/tokens.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/cli/times.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct TokenOptions {
  authority::TokenSpec spec;
  std::vector<std::string> extensions;  // NAME=VALUE
  std::vector<std::string> serves;      // the same
  std::string ttl = "24h";
  std::filesystem::path out;
};

using NamedTexts = std::map<std::string, std::string>;

Status read_named(std::string_view option, std::string_view example,
                  const std::vector<std::string>& words, NamedTexts& out) {
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(Errc::config, fmt::format("{} {}: say it as NAME=VALUE, such as {}", option,
                                            base::quoted(word), example));
    out[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return {};
}

void print_token(const CommonOptions& common, const authority::NewToken& token,
                 const std::filesystem::path& out) {
  const std::string expires = base::iso8601(token.expires_at_ms);
  if (common.json) {
    Value document = {{"id", token.id}, {"expires_at", expires}};
    document[out.empty() ? "token" : "file"] = out.empty() ? token.text : out.string();
    print_json(document);
  } else if (out.empty()) {
    print(token.text);
  } else {
    print(fmt::format("{}: token {}, valid until {}\n", out.string(), token.id, expires));
  }
}

// A token made twice is two tokens, of which the first may lie in an image already.
Status check_free(const std::filesystem::path& out) {
  std::error_code none;
  if (out.empty() || !std::filesystem::is_regular_file(out, none)) return {};
  return fail(Errc::config,
              fmt::format("{} is there already, and nothing was made: name another file, or remove "
                          "it; 'muster token show' tells what it is",
                          base::quoted(out.string())));
}

Result<ExitCode> create_new_token(const CommonOptions& common, const TokenOptions& options) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  auto spec = options.spec;
  MUSTER_TRY(read_named("--extension", "pp_role=web", options.extensions, spec.extensions));
  MUSTER_TRY(read_named("--serves", "country=de", options.serves, spec.serves));
  MUSTER_ASSIGN(spec.valid_for, parse_duration(options.ttl));
  MUSTER_TRY(check_free(options.out));
  const base::SystemClock clock;
  MUSTER_ASSIGN(const auto token, authority::create_token(settings, spec, clock));
  // A token's file is a secret: whoever has it may join.
  if (!options.out.empty()) MUSTER_TRY(base::write_file(options.out, token.text, 0600));
  print_token(common, token, options.out);
  return ExitCode::ok;
}

void add_who(Command& command, TokenOptions& options) {
  command
      .option("--identity", options.spec.identities,
              "Names it is good for; * and ? allowed, '*' alone is every name")
      .required()
      .type("GLOB");
  command.option("--uses", options.spec.uses, "Names that may join with it; 0: any number")
      .type("N")
      .shows_default();
  command.option("--ttl", options.ttl, "How long it is good: 90s, 15m, 24h, 7d")
      .type("TIME")
      .shows_default();
}

void add_what(Command& command, TokenOptions& options) {
  command.flag("--replace", options.spec.replace,
               "It may take a name that another machine's certificate holds");
  command.flag("--master", options.spec.master, "For a Puppet master: it may offer its CA");
  command
      .option(
          "--issues", options.spec.issues,
          "With --master: names that its CA may issue; * and ? allowed, '*' alone is every name")
      .type("GLOB");
  command
      .option("--serves", options.serves,
              "With --master: a fact by which nodes are sent to it, beside what it says itself; "
              "repeatable")
      .type("FACT=VALUE")
      .one_word_each();
  command.option("--workflow", options.spec.workflow, "The only workflow that may use it")
      .type("NAME");
  command
      .option("--extension", options.extensions,
              "A certificate extension that the node may have, such as pp_role=web; repeatable")
      .type("NAME=VALUE")
      .one_word_each();
  command
      .option("--alternative-name", options.spec.alternative_names,
              "A further name that the node's certificate may have; * and ? allowed; repeatable")
      .type("GLOB")
      .one_word_each();
  command
      .option("--collective", options.spec.collectives,
              "A further collective that nodes join, beside the configuration's; repeatable")
      .type("NAME")
      .one_word_each();
}

}  // namespace

void add_token_create(Program& program, Command parent) {
  const auto options = std::make_shared<TokenOptions>();
  Command command =
      add_command(program, parent, "create", "A join token: the one file a new machine carries",
                  [&program, options] { return create_new_token(program.common, *options); });
  add_who(command, *options);
  add_what(command, *options);
  command.option("--issuer", options->spec.issuer, "Whose key signs it, beside the configuration")
      .type("NAME")
      .shows_default();
  command.option("-o,--out", options->out, "File to write, mode 0600, not there yet; else stdout")
      .type("FILE");
}

}  // namespace muster::cli
