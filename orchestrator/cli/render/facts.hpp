// What `muster facts` shows, as `mco facts` does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

struct FactValue {
  Value value;
  std::vector<std::string> nodes;
};

// Each value that nodes gave, sorted by its text; nodes without the fact are left out.
std::vector<FactValue> fact_values(const client::CallResult& result);
// "Report for fact: country" and the values with their counts; `with_nodes` names who has each.
std::string facts_text(const std::string& fact, const std::vector<FactValue>& values,
                       bool with_nodes);

}  // namespace muster::cli::render
