#include "orchestrator/authority/issuers.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/times.hpp"

namespace muster::cli {
namespace {

struct IssuerOptions {
  authority::IssuerSpec spec;
  std::string longest_life = "24h";
  std::string ttl;
  std::filesystem::path folder;
  std::filesystem::path out;
};

Result<ExitCode> create_new_issuer(const CommonOptions& common, const IssuerOptions& options) {
  auto spec = options.spec;
  MUSTER_ASSIGN(const auto life, parse_duration(options.longest_life));
  spec.limits.life_s = life.count();
  MUSTER_ASSIGN(const auto ttl, read_ttl(options.ttl));
  if (ttl) spec.valid_for = *ttl;
  MUSTER_ASSIGN(const auto folder, authority_folder(common, options.folder));
  MUSTER_ASSIGN(const auto made,
                authority::create_issuer(folder, spec, options.out.empty() ? folder : options.out));
  show_made(common, spec.name, security::Role::issuer, made);
  return ExitCode::ok;
}

void add_limits(Command& command, IssuerOptions& options) {
  auto& limits = options.spec.limits;
  command
      .option("--identity", limits.identities,
              "Patterns within which the names of its tokens lie; '*' is every name")
      .required()
      .type("GLOB");
  command.option("--most-uses", limits.uses, "Most uses of one of its tokens; 0: any number")
      .type("N")
      .shows_default();
  command.option("--longest-life", options.longest_life, "Longest life of one of its tokens")
      .type("TIME")
      .shows_default();
  command.flag("--master", limits.master, "It may make tokens for Puppet masters");
  command.flag("--replace", limits.replace, "It may make tokens that replace");
  command
      .option("--extension", limits.extensions,
              "A certificate extension that its tokens may allow, such as pp_role; '*' is every "
              "one; repeatable")
      .type("NAME")
      .one_word_each();
}

}  // namespace

void add_issuer(Program& program) {
  const Command group =
      add_group(program, "issuer", "Who signs join tokens, so that the root's key stays offline");
  calls_no_node(program, group);
  const auto options = std::make_shared<IssuerOptions>();
  options->spec.limits.uses = 1;
  Command command =
      add_command(program, group, "create", "An issuer of join tokens, within limits",
                  [&program, options] { return create_new_issuer(program.common, *options); });
  command.option("name", options->spec.name, "What it is called").required().type("NAME");
  add_limits(command, *options);
  command.option("--ttl", options->ttl, "How long it is good, such as 90d; else a year")
      .type("TIME");
  command.flag("--second", options->spec.replace,
               "There may be a certificate of that name already; it stays good until it ends");
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
  command.option("--out", options->out, "Where the files go; else beside the root").type("DIR");
  add_member_list(program, group, security::Role::issuer);
  add_member_show(program, group, security::Role::issuer);
  add_member_renew(program, group, security::Role::issuer);
  add_revoke(program, group, security::Role::issuer);
}

}  // namespace muster::cli
