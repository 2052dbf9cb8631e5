#include "orchestrator/cli/approval/approved_call.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "orchestrator/cli/approval/approval_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

// The link to the collective whose orchestrators keep what waits: the configuration's own.
Result<LinkPtr> link_home(const CommonOptions& common, const CallOptions& options) {
  if (options.target.empty()) return LinkPtr();
  return connect(common);
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

Status attach_approval(const CommonOptions& common, const CallOptions& options, client::Link& link,
                       client::Call& call, const Discovery& found, const Search& search) {
  address_for_approval(call, found, search);
  MUSTER_ASSIGN(const auto home, link_home(common, options));
  MUSTER_ASSIGN(call.approved,
                approved_for(home ? *home : link, common.approval.id, statement_of(link, call)));
  return {};
}

Result<ExitCode> ask_approval_of_call(const CommonOptions& common, const CallOptions& options,
                                      const ddl::Agent& agent, const std::string& action,
                                      const Value& arguments) {
  client::Call call;
  call.agent = agent.name;
  call.action = action;
  MUSTER_TRY(check_approval_options(common.approval));
  MUSTER_ASSIGN(call.arguments, ddl::check_inputs(agent, action, arguments));
  MUSTER_ASSIGN(const auto filter, options.filter());
  MUSTER_ASSIGN(const auto search, options.search(filter, agent.name));
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  MUSTER_ASSIGN(const auto found, discover_some(*link, *caller, search));
  note_undecided(found);
  address_for_approval(call, found, search);
  MUSTER_ASSIGN(const auto home, link_home(common, options));
  return ask_for_approval(common, home ? *home : *link, statement_of(*link, call));
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
