#include "orchestrator/cli/discovery/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/discovery/judge.hpp"
#include "orchestrator/cli/discovery/mistyped_fact.hpp"
#include "orchestrator/cli/discovery/sources.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

namespace muster::cli {
namespace {

using Clock = std::chrono::steady_clock;
using FleetPtr = std::unique_ptr<client::Fleet>;
using Names = std::vector<std::string>;

std::chrono::microseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

bool runs(const client::Member& member, const std::string& agent) {
  return agent.empty() || member.runs(agent);
}

bool names_alone(const filter::Text& text) {
  return text.facts.empty() && text.classes.empty() && text.agents.empty() &&
         text.compounds.empty();
}

std::chrono::milliseconds patience_of(const Search& search) {
  return search.patience + data_patience(search.filter);
}

void directly(const Search& search, Discovery& found) {
  found.method = Method::direct;
  found.identities = search.filter.text().identities;
  std::sort(found.identities.begin(), found.identities.end());
  const auto twice = std::unique(found.identities.begin(), found.identities.end());
  found.identities.erase(twice, found.identities.end());
}

Result<FleetPtr> look_at_presence(client::Link& link, Discovery& found) {
  MUSTER_ASSIGN(auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  found.online = fleet->size();
  found.refused = fleet->refused();
  found.last_refusal = fleet->last_refusal();
  return fleet;
}

void by_presence(const client::Fleet& fleet, const Search& search, Discovery& found) {
  found.method = Method::presence;
  for (const auto& member : fleet.matching(search.filter))
    if (runs(*member, search.agent)) found.identities.push_back(member->identity);
}

// A plugin's name may be mistyped, or some nodes lack it: one line tells, with the commonest reason.
std::string note_of(const std::map<std::string, std::size_t>& without_answer) {
  if (without_answer.empty()) return {};
  std::size_t nodes = 0;
  auto commonest = without_answer.begin();
  for (auto at = without_answer.begin(); at != without_answer.end(); ++at) {
    nodes += at->second;
    if (at->second > commonest->second) commonest = at;
  }
  return fmt::format("{} {} no answer to a data function and {} as not matching: {}", nodes,
                     nodes == 1 ? "node has" : "nodes have", nodes == 1 ? "counts" : "count",
                     commonest->first);
}

Judging judging(const Search& search, const std::string& agent) {
  return {search.filter, agent, patience_of(search), search.confirmed};
}

Status take(Result<Judged> judged, Discovery& found) {
  if (!judged) return fail(std::move(judged).error());
  found.identities = std::move(judged->matched);
  found.undecided = std::move(judged->undecided);
  found.note = note_of(judged->without_answer);
  return {};
}

Status by_broadcast(client::Caller& caller, const client::Fleet& fleet, const Search& search,
                    Discovery& found) {
  found.method = Method::broadcast;
  Names online;
  for (const auto& member : fleet.members())
    if (member->left_out_agents > 0 || runs(*member, "rpcutil")) online.push_back(member->identity);
  return take(judge(caller, judging(search, search.agent), online, /*by_name=*/false), found);
}

Status from_fleet(client::Caller& caller, const client::Fleet& fleet, const Search& search,
                  Discovery& found) {
  if (search.method == Method::broadcast) return by_broadcast(caller, fleet, search, found);
  const auto answers = fleet.can_answer(search.filter, search.agent);
  if (answers) return by_presence(fleet, search, found), Status{};
  if (search.method == Method::automatic) return by_broadcast(caller, fleet, search, found);
  return fail(Errc::config,
              fmt::format("presence cannot answer this filter: {}; say --dm broadcast",
                          answers.error().message));
}

Status from_the_bus(client::Link& link, client::Caller& caller, const Search& search,
                    Discovery& found) {
  MUSTER_ASSIGN(const auto fleet, look_at_presence(link, found));
  MUSTER_TRY(from_fleet(caller, *fleet, search, found));
  if (found.identities.empty()) found.mistyped = mistyped_fact(search.filter, fleet->members());
  return {};
}

// A fact that nobody seems to have: presence shows what there is. A hint, which costs no more than a moment and no answer.
void look_for_mistyped(client::Link& link, const Search& search, Discovery& found) {
  if (!found.identities.empty() || !found.undecided.empty() || search.filter.fact_paths().empty() ||
      found.online > kMembersReadMax)
    return;
  Discovery seen;
  if (const auto fleet = look_at_presence(link, seen))
    found.mistyped = mistyped_fact(search.filter, (*fleet)->members());
}

// An orchestrator tells, or the bus does.
Status from_whoever_tells(client::Link& link, client::Caller& caller, const Search& search,
                          Discovery& found) {
  const bool asks = search.method == Method::snapshot ||
                    (search.method == Method::automatic && !search.filter.needs_data_plugins());
  if (!asks) return from_the_bus(link, caller, search, found);
  MUSTER_ASSIGN(const bool told, sources::snapshot(link, caller, search, found));
  if (!told) return from_the_bus(link, caller, search, found);
  look_for_mistyped(link, search, found);
  return {};
}

// Names that somebody else gave: a filter on names alone needs nobody's judgement.
Status named(client::Caller& caller, const Search& search, Names names, Discovery& found) {
  found.method = search.method;
  if (names_alone(search.filter.text())) {
    std::erase_if(names,
                  [&](const auto& name) { return !search.filter.matches({.identity = name}); });
    found.identities = std::move(names);
    return {};
  }
  return take(judge(caller, judging(search, ""), names, /*by_name=*/true), found);
}

Status search_by_method(client::Link& link, client::Caller& caller, const Search& search,
                        Discovery& found) {
  const bool names_are_enough = search.by_name && search.method == Method::automatic &&
                                search.filter.identities_only() && !search.filter.empty();
  if (names_are_enough) return directly(search, found), Status{};
  switch (search.method) {
    case Method::file: {
      MUSTER_ASSIGN(auto names, sources::file(search));
      return named(caller, search, std::move(names), found);
    }
    case Method::piped: {
      MUSTER_ASSIGN(auto names, sources::piped(search));
      return named(caller, search, std::move(names), found);
    }
    case Method::external: {
      found.method = Method::external;
      MUSTER_ASSIGN(found.identities, sources::external(search, link.collective()));
      return {};
    }
    case Method::registry:
      return sources::registry(link, search, found);
    default:
      if (!search.options.empty())
        return fail(Errc::config,
                    fmt::format("discovery by {} takes no --do options", name_of(search.method)));
      return from_whoever_tells(link, caller, search, found);
  }
}

std::string described(const filter::Filter& filter) {
  const auto& text = filter.text();
  std::string words;
  const auto add = [&words](const char* option, const Names& values) {
    for (const auto& value : values) words += fmt::format(" {} {}", option, base::quoted(value));
  };
  add("-F", text.facts);
  add("-C", text.classes);
  add("-A", text.agents);
  add("-I", text.identities);
  add("-S", text.compounds);
  return words;
}

}  // namespace

Result<Discovery> discover(client::Link& link, client::Caller& caller, const Search& search) {
  const auto start = Clock::now();
  Discovery found;
  MUSTER_TRY(search_by_method(link, caller, search, found));
  const auto all = found.identities.size();
  found.identities = limited(std::move(found.identities), search.limit);
  found.limited = found.identities.size() < all;
  if (found.method != Method::direct) found.took = since(start);
  return found;
}

Result<Discovery> discover_some(client::Link& link, client::Caller& caller, const Search& search) {
  MUSTER_ASSIGN(auto found, discover(link, caller, search));
  if (found.identities.empty()) return fail(nothing_discovered(found, search));
  note_findings(found);
  return found;
}

// A plugin that is not described here gets kDataPluginPatience.
std::chrono::milliseconds data_patience(const filter::Filter& filter) {
  std::chrono::milliseconds patience{0};
  for (const auto& name : filter.data_plugins()) {
    const auto plugin = ddl::built_in_data(name);
    patience += plugin ? std::chrono::milliseconds(plugin->timeout) : kDataPluginPatience;
  }
  return patience;
}

void address(client::Call& call, const Discovery& discovery, const filter::Filter& filter) {
  const bool online = discovery.method == Method::presence || discovery.method == Method::snapshot;
  const bool named = !online || discovery.limited;
  const bool some = !filter.empty() && discovery.identities.size() <= kAddressedByNameMax;
  // What an operator named is what they meant; there is nothing to judge.
  if (discovery.method != Method::direct) call.filter = filter.text();
  if (!named && !some) {
    call.expected = discovery.identities;
    return;
  }
  call.targets = discovery.identities;
  call.tell_mismatch = !call.filter.empty();
}

void note_findings(const Discovery& discovery, bool verbose) {
  if (verbose && discovery.method == Method::snapshot)
    note(
        fmt::format("asked {}: {} nodes online; of those found, the oldest registration is {} s "
                    "old, {} have none",
                    discovery.orchestrator, discovery.online,
                    std::chrono::duration_cast<std::chrono::seconds>(discovery.oldest).count(),
                    discovery.unregistered));
  if (verbose && !discovery.no_snapshot.empty()) note("no snapshot: " + discovery.no_snapshot);
  if (!discovery.note.empty()) note(discovery.note);
  if (discovery.refused > 0)
    note(fmt::format("{} presences did not verify; the last: {}", discovery.refused,
                     discovery.last_refusal));
}

void note_banned(const client::Link& link) {
  for (const auto& ban : link.bans().all())
    if (ban.banned) note(ban.text());
}

void note_undecided(const Discovery& discovery) {
  if (!discovery.undecided.empty())
    note(fmt::format("{} did not say whether the filter matches: {}", discovery.undecided.size(),
                     fmt::join(discovery.undecided, ", ")));
}

Error nothing_discovered(const Discovery& discovery, const Search& search) {
  const auto& agent = search.agent;
  std::string message;
  const bool on_bus = discovery.method == Method::snapshot ||
                      discovery.method == Method::presence || discovery.method == Method::broadcast;
  const auto who = on_bus ? fmt::format("the {} nodes online", discovery.online)
                          : fmt::format("the nodes that {} gives", name_of(discovery.method));
  if (on_bus && discovery.online == 0)
    message = "no node is online";
  else if (search.filter.empty())
    message = fmt::format("none of {} runs the agent '{}'", who, agent);
  else  // every node runs rpcutil: a command that needs it asks for what the filter says, and no more
    message = fmt::format(
        "none of {} matches{}{}", who, described(search.filter),
        agent.empty() || agent == "rpcutil" ? "" : " and runs the agent '" + agent + "'");
  if (!discovery.undecided.empty())
    message += fmt::format("; {} did not say whether the filter matches them: {}",
                           discovery.undecided.size(), fmt::join(discovery.undecided, ", "));
  if (!discovery.note.empty()) message += "; " + discovery.note;
  if (!discovery.mistyped.empty()) message += "; " + discovery.mistyped;
  if (discovery.refused > 0)
    message +=
        fmt::format("; {} did not verify, the last: {}", discovery.refused, discovery.last_refusal);
  return {discovery.undecided.empty() ? Errc::not_found : Errc::no_answer, std::move(message)};
}

}  // namespace muster::cli
