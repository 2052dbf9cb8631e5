// Who a call goes to.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/cli/discovery/limit.hpp"
#include "orchestrator/cli/discovery/method.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::cli {

// Up to this many nodes are addressed by name; more by one message that all of them judge.
inline constexpr std::size_t kAddressedByNameMax = 100;
inline constexpr std::chrono::milliseconds kPresencePatience{10'000};  // for all retained presence
// Nodes may have to run a program for a data function: they get as much longer to judge a filter as
// its description says, or this long.
inline constexpr std::chrono::milliseconds kDataPluginPatience{10'000};

struct Search {
  const filter::Filter& filter;
  std::string agent = {};  // that the nodes must run; empty: any
  Method method = Method::automatic;
  bool by_name = true;                    // plain names need no discovery
  std::vector<std::string> options = {};  // --do: words of the method
  std::filesystem::path nodes_file = {};  // Method::file
  Limit limit = {};
  std::chrono::milliseconds patience{2'000};  // for nodes to judge the filter
  bool confirmed = false;                     // --yes: as many nodes as match are meant
};

struct Discovery {
  Method method = Method::direct;            // the one that was taken, never `automatic`
  std::vector<std::string> identities = {};  // sorted
  std::vector<std::string> undecided = {};   // did not say in time whether the filter matches them
  std::size_t online = 0;   // when presence was looked at, here or by an orchestrator
  std::size_t refused = 0;  // presences that did not verify
  std::string last_refusal = {};
  std::string note = {};      // what else is worth knowing: how old a registry's answer is
  std::string mistyped = {};  // when nobody was found: a fact of the filter that may be
  bool limited = false;       // a limit left some out
  // Method::snapshot: who gave it, how long ago the one of the nodes registered that did so longest ago, and how many of
  // them have not.
  std::string orchestrator = {};
  std::chrono::milliseconds oldest{0};
  std::size_t unregistered = 0;
  std::string no_snapshot = {};  // why there was none, where one was asked for
  std::chrono::microseconds took{0};
};

// Method::automatic: plain names count as discovered as they are; else an orchestrator is asked for a snapshot; where none
// gives one, presence, when it can answer the filter; else the nodes are asked. Nobody matching is no error: see nothing_discovered().
Result<Discovery> discover(client::Link& link, client::Caller& caller, const Search& search);

// discover(), but nobody is nothing_discovered(); else after note_findings().
Result<Discovery> discover_some(client::Link& link, client::Caller& caller, const Search& search);

// What the data functions of `filter` take on a node, at most.
std::chrono::milliseconds data_patience(const filter::Filter& filter);

// Puts the discovered into `call`: by name, or as a broadcast whose answers are expected from them. Either way the nodes
// judge the filter again, right before they act: what found them may be old, or somebody else's word. Who is called by
// name and does not match says so (client::Outcome::filtered).
void address(client::Call& call, const Discovery& discovery, const filter::Filter& filter);

// To stderr: presences that did not verify, and what the method says of itself; with `verbose`, also who was asked, and how
// old what it said is.
void note_findings(const Discovery& discovery, bool verbose = false);

// To stderr: the nodes that nobody listens to, by whom, since when and why.
void note_banned(const client::Link& link);

// To stderr: who did not say whether the filter matches. Calls name them at their end.
void note_undecided(const Discovery& discovery);

// Why nothing was discovered, and what to look at. Errc::no_answer when somebody did not say whether
// the filter matches: the one that was looked for may be among them.
Error nothing_discovered(const Discovery& discovery, const Search& search);

}  // namespace muster::cli
