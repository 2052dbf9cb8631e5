#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/cli/times.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"

namespace muster::cli {
namespace {

struct CreateOptions {
  std::vector<std::string> identities{"*"};
  std::uint32_t uses = 1;
  std::string ttl = "24h";
  bool master = false;
  std::filesystem::path out;
};

Result<ExitCode> create(const CommonOptions& common, const CreateOptions& options) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  authority::TokenSpec spec;
  spec.identities = options.identities;
  spec.master = options.master;
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

std::string shown(const authority::TokenShown& token) {
  std::string out;
  for (const auto& [name, value] : token.content.items())
    out += fmt::format("{:>14}: {}\n", name,
                       value.is_string() ? value.get<std::string>() : value.dump());
  return out + fmt::format("{:>14}: {}\n", "valid", token.valid ? "yes" : "no: " + token.problem);
}

Result<ExitCode> show(const CommonOptions& common, const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  const base::SystemClock clock;
  // Under our own root when there is a configuration; a token from elsewhere can still be read.
  std::optional<x509::Certificate> root;
  if (const auto settings = read_settings(common)) {
    MUSTER_ASSIGN(root, x509::Certificate::from_file(settings->operator_root));
  } else if (!common.config.empty()) {
    return fail(settings.error());
  }
  auto token = authority::show_token(text, root ? &*root : nullptr, clock.unix_ms());
  if (!token) return fail(token.error().within(file.string()));
  if (common.json)
    print_json({{"token", token->content}, {"valid", token->valid}, {"problem", token->problem}});
  else
    print(shown(*token));
  return token->valid ? ExitCode::ok : ExitCode::error;
}

void add_create(Program& program, Command parent) {
  const auto options = std::make_shared<CreateOptions>();
  Command command =
      add_command(program, parent, "create", "A join token: the one file a new machine carries",
                  [&program, options] { return create(program.common, *options); });
  command.option("--identity", options->identities, "Names it is good for; * and ? allowed")
      .type("GLOB")
      .shows_default();
  command.option("--uses", options->uses, "Nodes that may join with it; 0: any number")
      .type("N")
      .shows_default();
  command.option("--ttl", options->ttl, "How long it is good: 90s, 15m, 24h, 7d")
      .type("TIME")
      .shows_default();
  command.flag("--master", options->master, "For a Puppet master: it may offer its CA");
  command.option("-o,--out", options->out, "File to write, mode 0600; else stdout").type("FILE");
}

}  // namespace

void add_token(Program& program) {
  const Command group = add_group(program, "token", "Join tokens for new machines");
  add_create(program, group);
  const auto file = std::make_shared<std::filesystem::path>();
  Command show_it = add_command(program, group, "show", "What a token says, and whether it is good",
                                [&program, file] { return show(program.common, *file); });
  show_it.option("file", *file, "The token").required().type("FILE");
}

}  // namespace muster::cli
