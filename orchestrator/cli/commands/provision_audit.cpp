// muster provision audit: certificates of earlier machines that are still valid, because they were
// removed at their CA without a revocation that lasted.
#include <unistd.h>

#include <algorithm>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/lost.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

// After the CAs have answered, so that a certificate which is renewed meanwhile is none that they have told.
Result<render::ShownCertificates> shown_on_the_bus(client::Link& link) {
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  render::ShownCertificates shown;
  for (const auto& member : fleet->members())
    shown[member->identity] = {member->certificate_serial, member->ca_fingerprint};
  return shown;
}

Result<ExitCode> audit_cas(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto agent, ddl::built_in("puppetca"));
  Conversation talk(common);
  MUSTER_ASSIGN(auto done, call_remote(talk, options, agent, "audit", Value::object()));
  MUSTER_ASSIGN(const auto shown, shown_on_the_bus(talk.link()));
  for (auto& master : done.result.results) render::tell_what_is_in_use(master, shown);
  if (common.json) {
    print_json(render::call_json(done.frame, done.result));
  } else {
    std::string out;
    for (const auto& master : done.result.results)
      if (master.outcome != client::Outcome::silent) out += render::lost_text(master);
    print(out + render::closing_text(done.frame, done.result, render::Style::of(STDOUT_FILENO),
                                     static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  }
  const auto told = exit_code_of(done);
  const bool lost = std::any_of(done.result.results.begin(), done.result.results.end(),
                                [](const auto& master) { return render::has_lost(master); });
  return told == ExitCode::ok && lost ? ExitCode::failed : told;
}

}  // namespace

void add_provision_audit(Program& program, Command parent) {
  const auto options = std::make_shared<CallOptions>();
  Command command = add_command(
      program, parent, "audit", "Certificates that the masters' CAs lost without revoking them",
      [&program, options] { return audit_cas(program.common, *options); });
  add_call_options(command, *options);
}

}  // namespace muster::cli
