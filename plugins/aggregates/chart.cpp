#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plugins/aggregates/numbers.hpp"
#include "plugins/aggregates/text.hpp"

namespace muster::aggregates {
namespace {

constexpr std::size_t kBuckets = 20;  // columns of the chart

struct Bucket {
  double from = 0;
  double to = 0;
  std::size_t count = 0;
};

std::vector<Bucket> buckets_of(const std::vector<double>& reals) {
  const auto [low, high] = std::minmax_element(reals.begin(), reals.end());
  if (*low == *high) return {{*low, *high, reals.size()}};
  // Halves: the distance of two finite numbers may be infinite, that of their halves is not.
  const double half_step = (*high / 2 - *low / 2) / kBuckets;
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const auto at = static_cast<double>(2 * i);
    buckets.push_back({*low + at * half_step, *low + (at + 2) * half_step, 0});
  }
  buckets.back().to = *high;
  for (const double real : reals) {
    const double at = half_step > 0 ? (real / 2 - *low / 2) / half_step : 0;
    ++buckets[std::min(static_cast<std::size_t>(std::max(at, 0.0)), kBuckets - 1)].count;
  }
  return buckets;
}

std::string sparkline(const std::vector<Bucket>& buckets, std::size_t fullest) {
  constexpr std::array kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string line;
  for (const auto& bucket : buckets)
    line += bucket.count == 0 ? " " : kBars[(bucket.count * kBars.size() - 1) / fullest];
  return line;
}

std::string bucket_label(const Bucket& bucket) {
  return bucket.from == bucket.to ? fmt::format("{:.6g}", bucket.from)
                                  : fmt::format("{:.6g} to {:.6g}", bucket.from, bucket.to);
}

}  // namespace

void compute_chart(const ddl::Aggregate& aggregate, const Sample& sample, Summary& summary) {
  const auto numbers = numbers_of(sample);
  summary.why_not = why_no_figure(numbers);
  if (!summary.why_not.empty()) return;
  const auto buckets = buckets_of(numbers.reals);
  const auto fullest = std::max_element(buckets.begin(), buckets.end(),
                                        [](auto& a, auto& b) { return a.count < b.count; });
  const auto line = sparkline(buckets, fullest->count);
  const auto ends = fmt::format("{:.6g}", buckets.front().from);
  summary.lines.push_back(aggregate.format.empty()
                              ? fmt::format("{} {} {:.6g}", ends, line, buckets.back().to)
                              : filled(aggregate.format, {line}));
  summary.lines.push_back(fmt::format("most: {} of {} in {}", fullest->count, numbers.reals.size(),
                                      bucket_label(*fullest)));
  tell_others(numbers, summary);
  summary.value = Value::array();
  for (const auto& bucket : buckets)
    summary.value.push_back({{"from", bucket.from}, {"to", bucket.to}, {"count", bucket.count}});
}

}  // namespace muster::aggregates
