#include <fmt/format.h>

#include <cmath>

#include "plugins/aggregates/numbers.hpp"
#include "plugins/aggregates/text.hpp"

namespace muster::aggregates {

void compute_average(const ddl::Aggregate& aggregate, const Sample& sample, Summary& summary) {
  const auto numbers = numbers_of(sample);
  summary.why_not = why_no_figure(numbers);
  if (!summary.why_not.empty()) return;
  // A running mean: no sum that could overflow.
  double mean = 0;
  double count = 0;
  for (const double real : numbers.reals) {
    ++count;
    mean += real / count - mean / count;
  }
  summary.value = mean;
  summary.lines.push_back(aggregate.format.empty()
                              ? fmt::format("Average of {}: {:f}", sample.label, mean)
                              : filled(aggregate.format, {mean}));
  tell_others(numbers, summary);
}

}  // namespace muster::aggregates
