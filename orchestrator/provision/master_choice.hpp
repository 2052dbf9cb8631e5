// Which Puppet master a new node gets.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

inline constexpr std::string_view kMasterAgent = "puppetca";  // what a master is called by

struct MasterCandidate {
  std::string identity;
  Value facts;  // as its endorsement says; or else its own, those of the workflow asked of itself
  bool healthy = false;
  std::string ill_because;                    // when not healthy
  std::size_t in_flight = 0;                  // nodes that this orchestrator provisions with it now
  double load = 0;                            // 1 minute load for each processor, as it says itself
  std::size_t given = 0;                      // nodes that it got so far, see admission::MasterLoad
  std::vector<std::string> patterns = {"*"};  // of the names that its CA may issue
  bool is_full = false;   // not healthy for that alone: it has as many nodes in flight as it may
  bool is_aside = false;  // ill for that alone: it did not answer some run, see SetAside
  std::string retired_by =
      {};  // the operator who retired it: it serves whom it has, and gets nobody new. Empty: nobody did

  // Does not serve the nodes either that it has.
  bool is_ill() const { return !healthy && !is_full; }
  // Whether a certificate of its CA for this name is believed.
  bool may_issue(std::string_view name) const;
};

// Masters that are not to be chosen any more, and what went wrong with each.
using Exclusions = std::map<std::string, std::string>;

struct Choice {
  std::string identity;
  std::string because;  // "country=de", "least loaded of 2"
};

// Healthy candidates only, and none that is retired. The first fact of `priority` in which candidates differ from the node
// decides between them, then the next; then admission::least_loaded, in which a master's own word
// only breaks ties.
// Facts that the node lacks decide nothing. Errc::unavailable, with every candidate and why not,
// when none is left; Errc::not_found when no candidate shares any of the facts and `otherwise` says
// fail. Where no fact decided, Choice::because tells which of them no candidate, and which the node, has.
Result<Choice> choose_master(const Value& node_facts,
                             const std::vector<MasterCandidate>& candidates,
                             const std::vector<std::string>& priority,
                             workflow::Otherwise otherwise, const Exclusions& excluded);

// Both have the fact, with the same text.
bool shares_fact(const Value& one, const Value& other, const std::string& fact);

// Those of `facts` that no candidate has.
std::vector<std::string> facts_of_none(const std::vector<MasterCandidate>& candidates,
                                       const std::vector<std::string>& facts);

}  // namespace muster::provision
