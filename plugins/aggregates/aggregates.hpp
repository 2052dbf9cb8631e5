// Summaries of one output over the replies of a call: a DDL's "aggregate" functions. Renderers show
// `title` and `lines`, or `value`; they need no knowledge of the functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::aggregates {

inline constexpr std::size_t kLinesMax = 500;       // of one summary; the JSON has every value
inline constexpr std::size_t kValueShownMax = 120;  // characters of one value on a line

struct Summary {
  std::string function;            // "summary"
  std::string output;              // the output's name
  std::string title;               // "Summary of Exit Code:", with the output's display_as
  Value value;                     // what --json shows; null when nothing could be computed
  std::string why_not;             // then: "no node gave a number"
  std::vector<std::string> lines;  // UTF-8, not indented; may hold control characters of a node
  std::size_t without = 0;         // replies that lack the value, or have null
};

// One of the action's aggregates over `replies`: the data of every node that is ok. The items of a
// list count each. Never fails: what cannot be computed says so in its lines.
Summary summarize(const ddl::Aggregate& aggregate, const ddl::Action& action,
                  const std::vector<const Value*>& replies);

// All of an action's whose function is known, in the DDL's order.
std::vector<Summary> summarize_all(const ddl::Action& action,
                                   const std::vector<const Value*>& replies);

// {"OUTPUT": {"FUNCTION": VALUE, "without": N}}; with "reason": {"FUNCTION": TEXT} where a value is
// null. Empty when there are no summaries.
Value summaries_json(const std::vector<Summary>& summaries);

}  // namespace muster::aggregates
