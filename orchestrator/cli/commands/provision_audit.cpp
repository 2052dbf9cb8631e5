// muster provision audit: what the masters' CAs say is valid beside what Muster knows, and certificates of earlier machines that
// are still valid, because they were removed at their CA without a revocation that lasted.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "orchestrator/cli/audit/findings.hpp"
#include "orchestrator/cli/audit/issued.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/findings.hpp"
#include "orchestrator/cli/render/lost.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kPageTimeout{30'000};  // a CA reads a file for each name

// After the CAs have answered, so that a certificate which is renewed meanwhile is none that they have told.
Result<render::ShownCertificates> shown_on_the_bus(client::Link& link) {
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  render::ShownCertificates shown;
  for (const auto& member : fleet->members())
    shown[member->identity] = {member->certificate_serial, member->ca_fingerprint};
  return shown;
}

// A CA's old certificate and its renewed one are one CA.
std::string ca_of(client::Link& link, const std::string& fingerprint) {
  return fingerprint.empty() ? fingerprint : link.endorsements().identity_of(fingerprint);
}

Status look_at_the_bus(client::Link& link, AuditView& view) {
  MUSTER_ASSIGN(const auto records, client::Records::watch(link));
  MUSTER_TRY(records->wait_complete(kRecordsPatience));
  for (const auto& one : records->all()) {
    if (client::is_forgotten(one)) continue;
    auto record = one;
    record.ca_fingerprint = ca_of(link, record.ca_fingerprint);
    view.records.insert_or_assign(record.identity, std::move(record));
  }
  for (auto& [name, shown] : view.shown) shown.ca_fingerprint = ca_of(link, shown.ca_fingerprint);
  for (const auto& endorsed : link.endorsements().of_masters(link.clock().unix_ms()))
    view.cas[endorsed.master] = ca_of(link, endorsed.certificate.fingerprint());
  return {};
}

// Any node can run an agent of that name, and tell of a CA what it likes. How many were left out.
std::size_t leave_out_strangers(client::Link& link, client::CallResult& result) {
  const auto is_stranger = [&link](const std::string& identity) {
    return !link.endorsements().names_master(identity);
  };
  std::erase_if(result.unexpected, is_stranger);
  return std::erase_if(result.results, [&](const client::NodeResult& master) {
    return is_stranger(master.identity);
  });
}

struct Audit {
  RemoteCall lost;
  AuditView view;
  std::vector<Finding> findings;
};

void read_listings(Conversation& talk, const CallOptions& options, Audit& audit) {
  for (const auto& master : audit.lost.result.results)
    if (master.outcome == client::Outcome::ok)
      audit.view.listings.push_back(
          read_listing(talk.caller(), master.identity, options.timeout_or(kPageTimeout)));
}

Result<Audit> audit_of(Conversation& talk, const CallOptions& options) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppetca"));
  Audit audit;
  MUSTER_ASSIGN(audit.lost, call_remote(talk, options, agent, "audit", Value::object()));
  auto& masters = audit.lost.result;
  if (const auto strangers = leave_out_strangers(talk.link(), masters); strangers > 0)
    note(
        fmt::format("{} more run puppetca, and no endorsement names them: they are not "
                    "believed",
                    strangers));
  render::leave_out_beyond(masters.results, render::kAuditMaxBytes);
  read_listings(talk, options, audit);
  MUSTER_ASSIGN(audit.view.shown, shown_on_the_bus(talk.link()));
  for (auto& master : masters.results) render::tell_what_is_in_use(master, audit.view.shown);
  MUSTER_TRY(look_at_the_bus(talk.link(), audit.view));
  audit.findings = unexpected_in(audit.view);
  return audit;
}

void show(const CommonOptions& common, const Audit& audit) {
  const auto& done = audit.lost;
  if (common.json) {
    auto json = render::call_json(done.frame, done.result);
    json["unexpected"] = render::findings_json(audit.findings);
    json["not_whole"] = render::not_whole_json(audit.view.listings);
    print_json(json);
    return;
  }
  std::string out;
  for (const auto& master : done.result.results)
    if (master.outcome != client::Outcome::silent) out += render::lost_text(master);
  out += render::findings_text(audit.findings, audit.view.listings);
  print(out + render::closing_text(done.frame, done.result, render::Style::of(STDOUT_FILENO),
                                   static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
}

Result<ExitCode> audit_cas(const CommonOptions& common, const CallOptions& options) {
  Conversation talk(common);
  MUSTER_ASSIGN(const auto audit, audit_of(talk, options));
  show(common, audit);
  const auto told = exit_code_of(audit.lost);
  const auto& masters = audit.lost.result.results;
  const bool lost = std::any_of(masters.begin(), masters.end(),
                                [](const auto& master) { return render::has_lost(master); });
  const bool whole =
      std::all_of(audit.view.listings.begin(), audit.view.listings.end(),
                  [](const CaListing& listing) { return listing.why_not_whole.empty(); });
  const bool clean = !lost && whole && audit.findings.empty();
  return told == ExitCode::ok && !clean ? ExitCode::failed : told;
}

}  // namespace

void add_provision_audit(Program& program, Command parent) {
  const auto options = std::make_shared<CallOptions>();
  Command command = add_command(
      program, parent, "audit",
      "Certificates that the masters' CAs lost without revoking them, and those that fit nothing "
      "that Muster knows",
      [&program, options] { return audit_cas(program.common, *options); });
  add_call_options(command, *options);
}

}  // namespace muster::cli
