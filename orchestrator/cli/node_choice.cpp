#include "orchestrator/cli/node_choice.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/find_fact.hpp"
#include "proto/filter/subject.hpp"

namespace muster::cli {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kOfRecord = "record.";

Names as_typed(Names names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool reads_presence(const filter::Filter& filter) {
  const auto paths = filter.fact_paths();
  return filter.needs_classes() || !filter.text().agents.empty() ||
         std::any_of(paths.begin(), paths.end(),
                     [](const auto& path) { return !path.starts_with(kOfRecord); });
}

// Nodes that are not online cannot be asked, so what only they could answer is no way to choose among them.
Status check_answered(const filter::Filter& filter, const std::vector<client::MemberPtr>& online) {
  if (filter.needs_data_plugins())
    return fail(Errc::config,
                "data functions are asked of nodes, and these need not be online: find them with "
                "'muster find', and give their names");
  for (const auto& path : filter.fact_paths()) {
    const bool shown = path.starts_with(kOfRecord) || online.empty() ||
                       std::any_of(online.begin(), online.end(), [&](const auto& member) {
                         return filter::find_fact(member->facts, path) != nullptr;
                       });
    if (!shown)
      return fail(Errc::config,
                  fmt::format("no node shows the fact {} in its presence: find them with 'muster "
                              "find', and give their names",
                              base::quoted(path)));
  }
  return {};
}

bool is_in(const std::string& state, const Names& states) {
  return states.empty() || std::find(states.begin(), states.end(), state) != states.end();
}

bool matches(const filter::Filter& filter, const client::Record& record,
             const client::Member* member) {
  const auto facts = facts_of(record, member);
  filter::Subject subject{.identity = record.identity, .facts = &facts};
  if (member != nullptr) {
    subject.classes = &member->classes;
    subject.agents = &member->agents;
  }
  return filter.matches(subject);
}

Result<Names> matching(client::Link& link, const filter::Filter& filter, const Names& states) {
  MUSTER_ASSIGN(const auto records, client::Records::watch(link));
  MUSTER_TRY(records->wait_complete(kRecordsPatience));
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  MUSTER_TRY(check_answered(filter, fleet->members()));
  Names found;
  std::size_t away = 0;
  for (const auto& record : records->all()) {
    if (!is_in(record.state, states)) continue;
    const auto member = fleet->find(record.identity);
    if (!member) ++away;
    if (matches(filter, record, member.get())) found.push_back(record.identity);
  }
  if (away > 0 && reads_presence(filter))
    note(
        fmt::format("{} of the nodes in question {} not online: only their names and record.* are "
                    "known",
                    away, away == 1 ? "is" : "are"));
  return found;
}

}  // namespace

void add_node_choice(Command command, NodeChoice& choice, CallOptions& call) {
  command.option("nodes", choice.names, "Their identities").type("NODE");
  command.flag("--all-failed", choice.all_failed, "Every node that failed").group("Which nodes");
  add_filter_options(command, call);
  command.flag("--yes", call.yes, "So many are meant: do not ask").group("Which nodes");
}

Value facts_of(const client::Record& record, const client::Member* member) {
  Value facts = member == nullptr ? Value::object() : member->facts;
  facts["record"] = {{"state", record.state},       {"step", record.step},
                     {"master", record.master},     {"workflow", record.workflow},
                     {"attempts", record.attempts}, {"orchestrator", record.orchestrator}};
  return facts;
}

Status check_choice(const NodeChoice& choice, const CallOptions& call) {
  MUSTER_ASSIGN(const auto filter, call.filter());
  const bool by_record = choice.all_failed || !filter.empty();
  if (choice.names.empty() && !by_record)
    return fail(Errc::config,
                "say which nodes: names, a filter (-F record.state=failed), or "
                "--all-failed");
  if (!choice.names.empty() && by_record)
    return fail(Errc::config, "say names, or a filter; not both");
  for (const auto& name : choice.names) MUSTER_TRY(base::check_identity(name));
  return {};
}

Result<Names> choose_nodes(client::Link& link, const NodeChoice& choice, const CallOptions& call,
                           const Names& states) {
  if (!choice.names.empty()) return as_typed(choice.names);
  MUSTER_ASSIGN(const auto filter, call.filter());
  MUSTER_ASSIGN(auto found, matching(link, filter, choice.all_failed ? Names{"failed"} : states));
  if (found.empty()) return fail(Errc::not_found, "no node's record matches; nothing was done");
  return found;
}

Status check_meant(const Names& nodes, const std::string& what, bool json) {
  if (nodes.size() <= kNodesUnasked) return {};
  if (!can_ask(json))
    return fail(Errc::config, fmt::format("{} nodes would be {}, and nobody can be asked here "
                                          "whether they are meant: say --yes",
                                          nodes.size(), what));
  print(render::in_columns(nodes, static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  if (agreed(fmt::format("\nThese {} nodes are {}. Go on? [y/N] ", nodes.size(), what))) return {};
  return fail(Errc::aborted, "nothing was done");
}

}  // namespace muster::cli
