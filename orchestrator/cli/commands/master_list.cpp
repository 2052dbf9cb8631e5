#include <unistd.h>

#include <algorithm>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/masters.hpp"
#include "orchestrator/client/fleet.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kFleetPatience{10'000};  // for all presence
constexpr std::chrono::milliseconds kHealthPatience{3'000};  // as orchestrators'

using Shown = std::vector<render::MasterShown>;

// Whom an endorsement names, and no other node that runs puppetca.
Shown endorsed(ProvisionSession& session, const client::Fleet& fleet) {
  auto& link = *session.link;
  const auto now_ms = link.clock().unix_ms();
  const auto identity_of = [&link](const std::string& ca) {
    return link.endorsements().identity_of(ca);
  };
  const auto members = fleet.members();
  const auto records = session.records->all();
  Shown shown;
  for (auto& endorsement : link.endorsements().of_masters(now_ms)) {
    render::MasterShown one{.endorsement = std::move(endorsement)};
    one.ca = identity_of(one.endorsement.fingerprint());
    if (const auto member = fleet.find(one.endorsement.master);
        member && identity_of(member->ca_fingerprint) == one.ca)
      one.address = member->address;
    one.members = client::members_of_master(
        {one.endorsement.master, one.ca, identity_of,
         [&link](const std::string& node) { return link.bans().banned(node).has_value(); }},
        members, records, now_ms);
    shown.push_back(std::move(one));
  }
  std::sort(shown.begin(), shown.end(), [](const auto& one, const auto& other) {
    return one.endorsement.master < other.endorsement.master;
  });
  return shown;
}

Status ask_health(client::Link& link, Shown& masters) {
  client::Call call;
  call.agent = "puppetca";
  call.action = "health";
  call.arguments = Value::object();
  call.timeout = kHealthPatience;
  for (const auto& one : masters)
    if (!one.address.empty()) call.targets.push_back(one.endorsement.master);
  if (call.targets.empty()) return {};
  MUSTER_ASSIGN(const auto caller, client::Caller::start(link));
  MUSTER_ASSIGN(const auto answers, caller->call(call));
  for (const auto& answer : answers.results)
    for (auto& one : masters)
      if (one.endorsement.master == answer.identity && !one.address.empty()) one.health = answer;
  return {};
}

Result<ExitCode> list_masters(const CommonOptions& common) {
  MUSTER_ASSIGN(auto session, open_provision(common));
  auto& link = *session.link;
  MUSTER_TRY(link.wait_trust());
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kFleetPatience));
  auto masters = endorsed(session, *fleet);
  MUSTER_TRY(ask_health(link, masters));
  if (common.json) {
    print_json(render::masters_json(masters));
  } else if (masters.empty()) {
    note(
        "no endorsement names a master; masters with a token bring theirs, or 'muster trust add "
        "FILE --master NAME'");
  } else {
    const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
    // A pipe's reader wants the whole line.
    const auto width = render::is_terminal(STDOUT_FILENO) ? columns : std::string::npos;
    print(render::masters_text(masters, link.clock().unix_ms(), render::Style::of(STDOUT_FILENO),
                               width));
  }
  return ExitCode::ok;
}

}  // namespace

void add_master_list(Program& program, Command parent) {
  add_command(program, parent, "list", "Every master: its CA, its nodes, its load, who retired it",
              [&program] { return list_masters(program.common); });
}

}  // namespace muster::cli
