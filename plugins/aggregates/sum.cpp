#include <fmt/format.h>

#include <cmath>

#include "plugins/aggregates/numbers.hpp"
#include "plugins/aggregates/text.hpp"

namespace muster::aggregates {

void compute_sum(const ddl::Aggregate& aggregate, const Sample& sample, Summary& summary) {
  const auto numbers = numbers_of(sample);
  summary.why_not = why_no_figure(numbers);
  if (!summary.why_not.empty()) return;
  double sum = 0;
  for (const double real : numbers.reals) sum += real;
  if (!std::isfinite(sum)) {
    summary.why_not = "the sum is too large for a number";
    return;
  }
  Argument figure = sum;
  if (numbers.whole) figure = *numbers.whole;
  summary.value = numbers.whole ? Value(*numbers.whole) : Value(sum);
  summary.lines.push_back(aggregate.format.empty()
                              ? fmt::format("Sum of {}: {:f}", sample.label, sum)
                              : filled(aggregate.format, {figure}));
  tell_others(numbers, summary);
}

}  // namespace muster::aggregates
