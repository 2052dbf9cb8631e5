#include "plugins/aggregates/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace muster::aggregates {
namespace {

std::optional<double> real_of(const Value& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double real = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, real);
  if (problem != std::errc() || stop != end || text.empty()) return std::nullopt;
  return real;
}

// Empty as soon as one is no integer or the sum does not fit.
void add_whole(std::optional<std::int64_t>& sum, const Value& value) {
  if (!sum) return;
  std::int64_t next = 0;
  const bool fits = value.is_number_integer() &&
                    !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) &&
                    !__builtin_add_overflow(*sum, value.get<std::int64_t>(), &next);
  sum = fits ? std::optional(next) : std::nullopt;
}

}  // namespace

Numbers numbers_of(const Sample& sample) {
  Numbers numbers;
  numbers.whole = 0;
  for (const auto* value : sample.values) {
    const auto real = real_of(*value);
    if (!real || !std::isfinite(*real)) {
      ++numbers.others;
      continue;
    }
    numbers.reals.push_back(*real);
    add_whole(numbers.whole, *value);
  }
  return numbers;
}

std::string why_no_figure(const Numbers& numbers) {
  return numbers.reals.empty() ? "no node gave a number" : "";
}

void tell_others(const Numbers& numbers, Summary& summary) {
  if (numbers.others == 0) return;
  summary.lines.push_back(fmt::format("({} {} no number)", numbers.others,
                                      numbers.others == 1 ? "value is" : "values are"));
}

}  // namespace muster::aggregates
