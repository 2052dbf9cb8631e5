// muster operator|orchestrator|issuer|broker revoke: the root says that a certificate is worth nothing any more.
#include <fmt/format.h>

#include <map>

#include "orchestrator/authority/revocations.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/members.hpp"
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

std::vector<x509::RevocationList> published_lists(client::Link& link) {
  std::vector<x509::RevocationList> lists;
  for (auto& held : link.operators().lists()) lists.push_back(std::move(held.list));
  return lists;
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

// Of each root the last list says what those before it say.
std::string hand_over_all(client::Link& link, const std::vector<authority::Revocation>& done) {
  std::map<std::string, const x509::RevocationList*> last;
  for (const auto& one : done) last[one.root.fingerprint()] = &one.list;
  for (const auto& [root, list] : last)
    if (auto told = client::hand_over(link, *list); !told) return told.error().message;
  return "";
}

ExitCode show_revoked(const CommonOptions& common, const std::vector<authority::Revocation>& done,
                      const std::string& why) {
  Value all = Value::array();
  for (const auto& one : done) all.push_back(revocation_json(one, why));
  if (common.json) print_json({{"revoked", all}});
  if (!why.empty()) {
    note(not_handed_over(done.back(), why));
    return ExitCode::failed;
  }
  if (!common.json)
    for (const auto& one : done) print(revoked_text(one));
  return ExitCode::ok;
}

Result<ExitCode> revoke_certificate(const CommonOptions& common, const RevokeOptions& options,
                                    security::Role role) {
  authority::RevokeSpec spec{.folder = options.folder, .role = role, .whom = ""};
  MUSTER_ASSIGN(spec.reason, x509::revocation_reason_from(options.reason));
  spec.now_ms = base::SystemClock().unix_ms();
  MUSTER_ASSIGN(spec.folder, authority_folder(common, options.folder));
  std::string why;
  const auto link = try_connect(common, why);
  if (link != nullptr) {
    MUSTER_TRY(link->wait_trust());
    spec.published = published_lists(*link);
  }
  MUSTER_ASSIGN(const auto words,
                authority::to_revoke(spec.folder, role, options.whom, spec.now_ms));
  std::vector<authority::Revocation> done;
  for (const auto& word : words) {
    spec.whom = word;
    MUSTER_ASSIGN(auto one, authority::revoke(spec));
    done.push_back(std::move(one));
  }
  if (link != nullptr) why = hand_over_all(*link, done);
  return show_revoked(common, done, why);
}

}  // namespace

void add_revoke(Program& program, Command parent, security::Role role) {
  const auto options = std::make_shared<RevokeOptions>();
  const auto what = std::string(security::name_of(role));
  Command command = add_command(
      program, parent, "revoke",
      fmt::format("Refuse a certificate of {} {}, everywhere", what == "broker" ? "a" : "an", what),
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
