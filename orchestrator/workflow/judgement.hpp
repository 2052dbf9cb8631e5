// What a condition says of a node of which not all is known yet, and what decided it: for whoever looks ahead.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/workflow/condition.hpp"

namespace muster::workflow {

struct Judgement {
  enum class Answer { no, yes, open };
  Answer answer = Answer::yes;
  // "country is \"fr\"", "the node is a member"; of an open one the full names that are not known. Empty: nothing was asked.
  std::vector<std::string> because;
};

// A name that is not in `values` is not known, and leaves open what depends on it: `country=de and steps.look.state=new` is no
// for a node of another country, and open for one of that.
Judgement judge(const Condition& condition, const Values& values, bool is_joining);

}  // namespace muster::workflow
