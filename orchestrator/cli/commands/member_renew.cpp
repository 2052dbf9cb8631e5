#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/output.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

struct RenewOptions {
  authority::RenewSpec spec;
  std::string ttl;
  std::filesystem::path folder;
};

Result<ExitCode> renew(const CommonOptions& common, const RenewOptions& options) {
  auto spec = options.spec;
  MUSTER_ASSIGN(const auto folder, authority_folder(common, options.folder));
  MUSTER_ASSIGN(spec.valid_for, read_ttl(options.ttl));
  MUSTER_ASSIGN(const auto last, authority::find_current(folder, security::name_of(spec.role),
                                                         spec.name, base::SystemClock().unix_ms()));
  MUSTER_ASSIGN(const auto made, authority::renew_member(folder, spec));
  show_made(common, spec.name, spec.role, made);
  if (!common.json)
    note(fmt::format("good until {}; the last one stays good until {}",
                     base::iso8601(made.certificate.not_after_ms()).substr(0, 10),
                     base::iso8601(last.certificate.not_after_ms()).substr(0, 10)));
  return ExitCode::ok;
}

}  // namespace

void add_member_renew(Program& program, Command group, security::Role role) {
  const auto options = std::make_shared<RenewOptions>();
  options->spec.role = role;
  Command command =
      add_command(program, group, "renew", "New dates for a name, beside its last certificate",
                  [&program, options] { return renew(program.common, *options); });
  command.option("name", options->spec.name, "Whose").required().type("NAME");
  command.option("--ttl", options->ttl, "How long it is good; else as long as the last one")
      .type("TIME");
  command.flag("--new-key", options->spec.new_key, "With another key; else the last one's");
  if (role == security::Role::broker)
    command.option("--host", options->spec.hosts, "Other hosts than the last one's; repeatable")
        .one_word_each()
        .type("HOST");
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
  command.option("--out", options->spec.out, "Where the files go; else where the last ones went")
      .type("DIR");
}

}  // namespace muster::cli
