// Numbers among the values of an output.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugins/aggregates/function.hpp"

namespace muster::aggregates {

struct Numbers {
  std::vector<double> reals;          // finite
  std::optional<std::int64_t> whole;  // their sum, when all are integers and it fits
  std::size_t others = 0;             // values that are no number
};

// Text that is wholly a number counts as one: scripts write "1.5".
Numbers numbers_of(const Sample& sample);

// Why there is no figure, or empty: "no node gave a number".
std::string why_no_figure(const Numbers& numbers);

// One line for values that were left out; nothing when there are none.
void tell_others(const Numbers& numbers, Summary& summary);

}  // namespace muster::aggregates
