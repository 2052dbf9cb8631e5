#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/authority/rotation.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/commands/root.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

struct RotateOptions {
  std::string root;
  bool finish = false;
  bool offline = false;
  std::vector<std::string> without;
  std::filesystem::path folder;
};

// Current certificates that end with the old root.
Status check_issued(const std::filesystem::path& folder, const x509::Certificate& old_root,
                    const std::vector<std::string>& without) {
  MUSTER_ASSIGN(const auto index, authority::read_index(folder, base::SystemClock().unix_ms()));
  std::vector<std::string> left;
  for (const auto& [issued, state] : index.certificates)
    if (state == authority::CertificateState::current && issued.certificate.issued_by(old_root) &&
        std::find(without.begin(), without.end(), issued.name) == without.end())
      left.push_back(fmt::format("muster {} renew {}", issued.role, issued.name));
  if (left.empty()) return {};
  return fail(Errc::aborted, fmt::format("certificates of {} are still the newest of their names; "
                                         "renew them, or leave them out with '--without NAME':\n{}",
                                         old_root.common_name(), fmt::join(left, "\n")));
}

// What is to be done, in this order.
std::string steps_of(security::Root root) {
  if (root == security::Root::operators)
    return "  1. wait until every node obeys it:  muster root show\n"
           "  2. renew what the old one issued:   muster operator list, issuer list,\n"
           "                                      broker list, each with renew NAME\n"
           "  3. on each broker:                  muster broker config, then SIGHUP\n"
           "  4. muster root rotate operators --finish\n";
  return "  1. wait until every node obeys it:  muster root show\n"
         "  2. renew what the old one issued:   muster orchestrator renew NAME, each,\n"
         "                                      muster broker renew broker-watcher\n"
         "  3. SIGHUP to each orchestrator and each broker's watcher\n"
         "  4. muster root rotate orchestrators --finish\n";
}

std::string begun_text(const authority::Rotation& rotation, security::Root root) {
  return fmt::format("{} issues from now on, beside {}\n{}\n\nNext:\n{}",
                     rotation.new_root.common_name(), rotation.old_root.common_name(),
                     rotation.new_root.fingerprint(), steps_of(root));
}

Result<ExitCode> tell(const CommonOptions& common, const RotateOptions& options,
                      const std::filesystem::path& lists, const authority::Rotation& rotation,
                      const std::string& done) {
  if (!options.offline) return push_statement(common, rotation.statement, lists, done);
  print(done);
  const std::string prefix = options.root == "operators" ? "root" : "orchestrator-root";
  note(
      fmt::format("nobody was told; carry {0}.statements and {0}.crl to a host on the bus and do "
                  "'muster root push FILE' there",
                  prefix));
  return ExitCode::ok;
}

Result<ExitCode> finish(const CommonOptions& common, const RotateOptions& options,
                        const std::filesystem::path& folder, security::Root root) {
  MUSTER_ASSIGN(const auto state, authority::read_root_folder(folder, root));
  if (state.rotating && state.in_force.size() == 2) {
    MUSTER_TRY(check_issued(folder, state.in_force.back(), options.without));
    if (!options.offline) {
      MUSTER_ASSIGN(const auto fleet, fleetwide(common, folder, options.without));
      MUSTER_ASSIGN(const auto link, connect(common));
      MUSTER_TRY(check_root_can_go(
          *link, {root, 1, state.in_force.back(), state.in_force.front(), true, 0}, fleet));
    }
  }
  MUSTER_ASSIGN(const auto rotation, authority::sign_finish(folder, root, base::SystemClock()));
  MUSTER_ASSIGN(const auto told,
                tell(common, options, authority::list_file(folder, root), rotation,
                     fmt::format("{} is gone; {} stands alone\n", rotation.old_root.common_name(),
                                 rotation.new_root.common_name())));
  if (told == ExitCode::ok) MUSTER_TRY(authority::complete_rotation(folder, root));
  return told;
}

Result<ExitCode> rotate(const CommonOptions& common, const RotateOptions& options) {
  MUSTER_ASSIGN(const auto root, read_root_word(options.root));
  MUSTER_ASSIGN(const auto folder, authority_folder(common, options.folder));
  if (options.finish) return finish(common, options, folder, root);
  MUSTER_ASSIGN(const auto rotation, authority::begin_rotation(folder, root, base::SystemClock()));
  return tell(common, options, authority::list_file(folder, root), rotation,
              begun_text(rotation, root));
}

}  // namespace

void add_root_rotate(Program& program, Command parent) {
  const auto options = std::make_shared<RotateOptions>();
  Command command = add_command(program, parent, "rotate",
                                "A new root beside the old one; with --finish the old one goes",
                                [&program, options] { return rotate(program.common, *options); });
  command.option("root", options->root, "operators or orchestrators").required().type("ROOT");
  command.flag("--finish", options->finish, "The old one goes, once everybody obeys the new one");
  command
      .option("--without", options->without,
              "Who does not count when it is asked whether everybody does; repeatable")
      .one_word_each()
      .type("NAME");
  command.flag("--offline", options->offline, "Only sign; 'muster root push' tells the fleet");
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
  exit_statuses(
      program, command, ExitCode::error,
      "  0  it is done\n"
      "  1  wrong usage, or what stderr says\n"
      "  2  signed, but some brokers do not have it yet, or nobody took it: stderr names them");
}

}  // namespace muster::cli
