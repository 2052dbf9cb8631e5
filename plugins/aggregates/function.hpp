// One aggregate function, and the list of all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/aggregates/aggregates.hpp"

namespace muster::aggregates {

// What a function is given: every value there is; at least one.
struct Sample {
  std::vector<const Value*> values;
  std::string label;  // the output's display_as
};

// Fills `value` and `lines`, or `why_not`.
using Compute = void (*)(const ddl::Aggregate& aggregate, const Sample& sample, Summary& summary);

struct Function {
  std::string_view name;
  std::string_view description;  // one line: `muster plugin list`
  Compute compute;
};

// The same names as ddl::aggregate_names().
const std::vector<Function>& functions();

void compute_summary(const ddl::Aggregate&, const Sample&, Summary&);
void compute_boolean_summary(const ddl::Aggregate&, const Sample&, Summary&);
void compute_average(const ddl::Aggregate&, const Sample&, Summary&);
void compute_sum(const ddl::Aggregate&, const Sample&, Summary&);
void compute_chart(const ddl::Aggregate&, const Sample&, Summary&);

}  // namespace muster::aggregates
