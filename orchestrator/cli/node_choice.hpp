// Which nodes an order to the orchestrators is about: by name, or by what their records and their presence say.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/client/member.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::client {
class Link;
}

namespace muster::cli {

struct CallOptions;

inline constexpr std::size_t kNodesUnasked = 5;  // more are meant only by who says so

struct NodeChoice {
  std::vector<std::string> names = {};
  bool all_failed = false;
};

// NODE…, --all-failed and the filters' options.
void add_node_choice(Command command, NodeChoice& choice, CallOptions& call);

// What a filter reads of a node: the facts of its presence, and `record.state`, `record.step`, `record.master` …
Value facts_of(const client::Record& record, const client::Member* member);

// Before anybody is asked: Errc::config when nothing was said, or names and a filter both, or what is no node's name.
Status check_choice(const NodeChoice& choice, const CallOptions& call);

// Of a choice that was checked; sorted. Names count as they are, with a record or not; else those whose records are in one of
// `states` (empty: in any) and match. Errc::config when presence cannot answer the filter; Errc::not_found when nobody matches.
Result<std::vector<std::string>> choose_nodes(client::Link& link, const NodeChoice& choice,
                                              const CallOptions& call,
                                              const std::vector<std::string>& states);

// Asks on a terminal whether so many are meant. `what`: "provisioned again". Errc::aborted when not, Errc::config where nobody
// can be asked.
Status check_meant(const std::vector<std::string>& nodes, const std::string& what, bool json);

}  // namespace muster::cli
