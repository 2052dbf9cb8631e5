// What a run of a workflow would do with a node, by what is known of it now: for people who ask before it happens.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/workflow/values.hpp"
#include "orchestrator/workflow/workflow.hpp"

namespace muster::workflow {

// What somebody who runs nothing knows of a node.
struct KnownOfNode {
  Values values;                   // a name that is not there is not known
  std::set<std::string> finished;  // names of steps
  bool is_joining = false;         // in the join zone, not a member
  bool goes_on = false;  // whoever did the finished steps still runs, and knows their replies
};

struct Foreseen {
  enum class Fate {
    finished,
    runs,
    skipped,  // by its condition
    open      // its condition reads what is not known yet
  };
  std::string step;
  Fate fate = Fate::runs;
  std::string why;  // "country is \"fr\""; empty: nothing is to be said
};

// One for each step, in their order. A finished step whose reply is lost, and named by one that is still to come, runs again.
std::vector<Foreseen> foresee(const Workflow& workflow, const KnownOfNode& node);

}  // namespace muster::workflow
