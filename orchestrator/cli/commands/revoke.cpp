// muster operator|orchestrator|issuer revoke: the root says that a certificate is worth nothing any more.
#include <fmt/format.h>

#include "orchestrator/authority/revocations.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/hand_over.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

struct RevokeOptions {
  std::string whom;
  std::string reason = "unspecified";
  std::filesystem::path folder;
};

// Nothing without a connection: `why` tells.
LinkPtr try_connect(const CommonOptions& common, std::string& why) {
  auto link = connect(common);
  if (link) return *std::move(link);
  why = link.error().message;
  return nullptr;
}

std::optional<x509::RevocationList> published_list(client::Link& link,
                                                   const x509::Certificate& root) {
  for (const auto& held : link.operators().lists())
    if (held.anchor == root.fingerprint()) return held.list;
  return std::nullopt;
}

std::string not_handed_over(const authority::Revocation& done, const std::string& why) {
  return fmt::format(
      "the list is made, but no orchestrator has it, and the certificate is still believed: {}\n"
      "hand it over with 'muster trust publish {}', by anybody who may;\n"
      "or copy it into the folder 'revocations' below an orchestrator's state_folder, and restart "
      "that one",
      why, done.file.string());
}

std::string revoked_text(const authority::Revocation& done) {
  const auto who = done.name.empty() ? "certificate " + done.serial
                                     : fmt::format("{} ({})", done.name, done.serial);
  return fmt::format("{} {} refused from now on\n{}\n", render::one_line(who),
                     done.was_revoked ? "is still" : "is", done.file.string());
}

Value revocation_json(const authority::Revocation& done, const std::string& why) {
  return {{"name", done.name},
          {"serial", done.serial},
          {"issuer", done.list.issuer_common_name()},
          {"number", done.list.number()},
          {"file", done.file.string()},
          {"published", why.empty()},
          {"message", why}};
}

Result<ExitCode> revoke_certificate(const CommonOptions& common, const RevokeOptions& options,
                                    security::Role role) {
  authority::RevokeSpec spec{.folder = options.folder, .role = role, .whom = options.whom};
  MUSTER_ASSIGN(spec.reason, x509::revocation_reason_from(options.reason));
  spec.now_ms = base::SystemClock().unix_ms();
  if (spec.folder.empty()) {
    MUSTER_ASSIGN(const auto settings, read_settings(common));
    spec.folder = settings.folder();
  }
  MUSTER_ASSIGN(const auto root, authority::root_and_list(spec.folder, role));
  std::string why;
  const auto link = try_connect(common, why);
  if (link != nullptr) {
    MUSTER_TRY(link->settle());
    spec.published = published_list(*link, root.root);
  }
  MUSTER_ASSIGN(const auto done, authority::revoke(spec));
  if (link != nullptr)
    if (auto told = client::hand_over(*link, done.list); !told) why = told.error().message;
  if (common.json) print_json(revocation_json(done, why));
  if (!why.empty()) {
    note(not_handed_over(done, why));
    return ExitCode::failed;
  }
  if (!common.json) print(revoked_text(done));
  return ExitCode::ok;
}

}  // namespace

void add_revoke(Program& program, Command parent, security::Role role) {
  const auto options = std::make_shared<RevokeOptions>();
  const auto what = std::string(security::name_of(role));
  Command command = add_command(
      program, parent, "revoke", fmt::format("Refuse a certificate of an {}, everywhere", what),
      [&program, options, role] { return revoke_certificate(program.common, *options, role); });
  exit_statuses(program, command, ExitCode::error,
                "  0  it is refused from now on\n"
                "  1  wrong usage, or what stderr says\n"
                "  2  the list is made, but no orchestrator took it; stderr says what to do");
  command
      .option("whom", options->whom,
              "NAME of NAME.pem beside the root; or the certificate's file, fingerprint or serial "
              "number")
      .required()
      .type("NAME");
  command
      .option("--reason", options->reason,
              "key-compromise, superseded, cessation-of-operation, privilege-withdrawn, "
              "affiliation-changed or unspecified")
      .type("REASON")
      .shows_default();
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
}

}  // namespace muster::cli
