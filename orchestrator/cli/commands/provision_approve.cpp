#include <fmt/format.h>
#include <unistd.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t kKeyDigitsMin = 16;  // as people are sent; fewer could be found by trying

struct ApproveOptions {
  std::string node;
  std::string key;  // the beginning of its fingerprint; empty: whoever waits is shown first
};

// Who waits now: the orchestrator compares it with whom it knows to wait when it is asked.
Result<client::Record> who_waits(const CommonOptions& common, const std::string& node) {
  MUSTER_ASSIGN(const auto session, open_provision(common));
  const auto record = session.records->find(node);
  if (record && record->claim) return *record;
  return fail(Errc::not_found,
              fmt::format("no machine waits for approval under the name {}; 'muster provision "
                          "list' shows those that do",
                          base::quoted(node)));
}

Status check_key(const ApproveOptions& options, const messages::NameClaim& waits) {
  if (options.key.size() < kKeyDigitsMin)
    return fail(Errc::config, fmt::format("--key {} is too short: give at least {} digits",
                                          base::quoted(options.key), kKeyDigitsMin));
  if (waits.key_fingerprint.starts_with(options.key)) return {};
  return fail(Errc::refused,
              fmt::format("another machine waits under the name {}, with the key {} from {}; "
                          "'muster provision show {}' shows it",
                          base::quoted(options.node), waits.key_fingerprint,
                          base::quoted(waits.address), options.node));
}

// Whoever waits by now may have come in the place of the machine that somebody was told of, so a
// name alone approves nobody: the key was given, or somebody has looked at it.
Status check_seen(const CommonOptions& common, const ApproveOptions& options,
                  const client::Record& record) {
  if (!options.key.empty()) return check_key(options, *record.claim);
  if (common.json || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
    return fail(Errc::config,
                fmt::format("nobody can be asked here whether the right machine waits under the "
                            "name {}: say which with --key, as the notification and 'muster "
                            "provision show {}' have it",
                            base::quoted(options.node), options.node));
  print(render::claim_text(record, render::Style::of(STDOUT_FILENO)));
  if (agreed("\nMay this machine have the name? [y/N] ")) return {};
  return fail(Errc::aborted, "not approved; it goes on waiting");
}

Result<ExitCode> approve_name(const CommonOptions& common, const ApproveOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  MUSTER_ASSIGN(const auto record, who_waits(common, options.node));
  MUSTER_TRY(check_seen(common, options, record));
  const auto& waits = *record.claim;
  return ask_and_show(common,
                      {.action = "provision_approve",
                       .arguments = {{"node", options.node}, {"key", waits.key_fingerprint}}},
                      [&](const client::ControlAnswer&) {
                        return fmt::format(
                            "The machine at {} may have the name {}\nIts key is {}\n",
                            render::one_line(waits.address), options.node, waits.key_fingerprint);
                      });
}

}  // namespace

void add_provision_approve(Program& program, Command parent) {
  const auto options = std::make_shared<ApproveOptions>();
  Command command =
      add_command(program, parent, "approve", "Let a machine that waits for a taken name have it",
                  [&program, options] { return approve_name(program.common, *options); });
  command.option("node", options->node, "The name").required().type("NODE");
  command
      .option("--key", options->key,
              "The key that you were shown, or its beginning: refused when another machine waits "
              "by now. Needed without a terminal")
      .type("FINGERPRINT");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
