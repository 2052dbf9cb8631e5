// Nodes judge a filter.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::cli {

struct Judged {
  std::vector<std::string> matched;    // sorted
  std::vector<std::string> undecided;  // sorted; no answer in time, or none that tells
  // Why data functions had no answer, and on how many nodes: these count as not matching.
  std::map<std::string, std::size_t> without_answer;
};

struct Judging {
  const filter::Filter& filter;  // borrowed for the call
  std::string agent = {};        // that they must run; empty: any
  std::chrono::milliseconds patience{2'000};
  bool confirmed = false;  // --yes: so many nodes are meant
};

// Everybody in `nodes` is asked and answers either way, so it takes as long as the slowest of them,
// and `patience` only when one is silent. `by_name`: they get a message each; else one goes to all,
// and who came meanwhile may answer too.
Result<Judged> judge(client::Caller& caller, const Judging& what,
                     const std::vector<std::string>& nodes, bool by_name);

}  // namespace muster::cli
