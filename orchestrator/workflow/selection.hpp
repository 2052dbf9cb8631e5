// Which nodes of the collective a step means: `do: choose`, and `on: {filter: …}` of a call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/strict_yaml.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::workflow {

inline constexpr std::size_t kChosenMax = 100;  // nodes of one step

enum class IfNone {
  fail,
  skip,  // the step is done, with nobody
  wait   // the run is held up until there is one, and costs no attempt
};

struct Selection {
  std::string from;   // a compound filter, as it stands there
  std::string agent;  // that they run; empty: any
  std::size_t most = 1;
  IfNone if_none = IfNone::fail;
  std::shared_ptr<const filter::Filter> filter;  // both; null: they could not be read
};

// `from`: the key of the filter. What is wrong is complained of in the map. Presence must be able to answer: a filter asks no data
// function, and holds no template, for a fact of the node's could change what it means.
void read_selection(base::StrictMap& map, std::string_view from, Selection& selection);
// For an agent that is known by now, and not before.
void set_agent(Selection& selection, const std::string& agent);

}  // namespace muster::workflow
