#include "orchestrator/cli/approval/approved_call.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "orchestrator/cli/approval/approval_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

// The link to the collective whose orchestrators keep what waits: the configuration's own.
Result<LinkPtr> link_home(const Conversation& talk) {
  if (talk.target().empty()) return LinkPtr();
  return connect(talk.common());
}

bool stays_a_filter(const Discovery& found, const Search& search) {
  switch (found.method) {
    case Method::direct:
    case Method::file:
    case Method::piped:
    case Method::external:
      return false;
    default:
      return !found.limited && !search.filter.identities_only();
  }
}

}  // namespace

void address_for_approval(client::Call& call, const Discovery& found, const Search& search) {
  call.targets.clear();
  call.expected.clear();
  call.filter = {};
  if (!stays_a_filter(found, search)) {
    call.targets = found.identities;
    return;
  }
  call.filter = search.filter.text();
  call.expected = found.identities;
}

Status attach_approval(Conversation& talk, client::Call& call, const Discovery& found,
                       const Search& search) {
  address_for_approval(call, found, search);
  MUSTER_ASSIGN(const auto home, link_home(talk));
  auto& link = talk.link();
  MUSTER_ASSIGN(call.approved, approved_for(home ? *home : link, talk.common().approval.id,
                                            statement_of(link, call)));
  return {};
}

Result<ExitCode> ask_approval_of_call(Conversation& talk, const CallOptions& options,
                                      const ddl::Agent& agent, const std::string& action,
                                      const Value& arguments) {
  MUSTER_TRY(check_approval_options(talk.common().approval));
  MUSTER_ASSIGN(auto ready, ready_call(options, agent, action, arguments));
  auto& [call, aim] = ready;
  MUSTER_ASSIGN(const auto found, talk.discover(aim.search));
  note_undecided(found);
  address_for_approval(call, found, aim.search);
  MUSTER_ASSIGN(const auto home, link_home(talk));
  auto& link = talk.link();
  return ask_for_approval(talk.common(), home ? *home : link, statement_of(link, call));
}

void note_needed_approval(const client::CallResult& result) {
  std::set<std::string> needed;
  for (const auto& node : result.results)
    if (node.outcome == client::Outcome::refused && node.data.is_object() &&
        node.data.contains("needs_approval") && node.data["needs_approval"].is_string())
      needed.insert(node.data["needs_approval"].get<std::string>());
  for (const auto& one : needed)
    note(fmt::format("to ask for approval: the same command and --ask-approval {} [--reason TEXT]",
                     base::quoted(one)));
}

}  // namespace muster::cli
