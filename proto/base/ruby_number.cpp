#include "proto/base/ruby_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proto/base/ruby_text.hpp"

namespace muster::base {
namespace {

std::optional<double> as_double(const std::string& digits) {
  double number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

Value whole(bool negative, const std::string& digits, int radix, const std::string& word) {
  const auto* end = digits.data() + digits.size();
  std::uint64_t number = 0;
  if (std::from_chars(digits.data(), end, number, radix).ec == std::errc()) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
    if (!negative) return number;
    if (number < kMost) return -static_cast<std::int64_t>(number);
    if (number == kMost) return std::numeric_limits<std::int64_t>::min();
  }
  const auto large = radix == 10 ? as_double((negative ? "-" : "") + digits) : std::nullopt;
  return large ? Value(*large) : Value(word);
}

// "12:30:45" and "1:30.5", to the base of 60; the first part counts hours.
std::optional<Value> to_the_base_of_60(std::string_view word) {
  constexpr std::array<int, 3> kWeights{3600, 60, 1};
  constexpr std::size_t kFirstPartMax = 12;
  const bool negative = word.starts_with('-');
  if (negative || word.starts_with('+')) word.remove_prefix(1);
  const auto point = word.find('.');
  const auto fraction = point == word.npos ? std::string_view() : word.substr(point);
  if (!fraction.empty() && !only_of(fraction.substr(1), "0123456789_")) return std::nullopt;
  word = word.substr(0, point);
  if (word.empty() || !is_ruby_digit(word[0]) || word.find(':') == word.npos) return std::nullopt;
  double sum = 0;
  for (std::size_t part = 0;; ++part) {
    const auto end = word.find(':');
    const auto digits = without(word.substr(0, end), part == 0 ? "_" : "");
    const bool fits = part == 0 ? digits.size() <= kFirstPartMax
                                : digits.size() <= 2 && (digits.size() < 2 || digits[0] < '6');
    if (part >= kWeights.size() || digits.empty() || !fits || !only_of(digits, kRubyDigits))
      return std::nullopt;
    const auto last = end == word.npos && fraction.size() > 1 ? without(fraction, "_") : "";
    sum += as_double(digits + (last.size() > 1 ? last : "")).value_or(0) * kWeights[part] *
           (part == 0 && negative ? -1 : 1);
    if (end == word.npos) break;
    word.remove_prefix(end + 1);
  }
  return fraction.empty() ? Value(static_cast<std::int64_t>(sum)) : Value(sum);
}

std::optional<Value> as_real(std::string_view word) {
  const bool negative = word.starts_with('-');
  auto rest = word.substr(negative || word.starts_with('+') ? 1 : 0);
  const auto point = rest.find('.');
  if (point == rest.npos || rest == ".") return std::nullopt;
  const auto before = rest.substr(0, point);
  const auto e = std::min(rest.find_first_of("eE"), rest.size());
  if (e < point) return std::nullopt;
  const auto behind = rest.substr(point + 1, e - point - 1);
  const auto exponent = rest.substr(e);
  const bool signed_exponent = exponent.size() > 2 && (exponent[1] == '-' || exponent[1] == '+') &&
                               only_of(exponent.substr(2), kRubyDigits);
  if ((!before.empty() && (!is_ruby_digit(before[0]) || !only_of(before, "0123456789_,"))) ||
      !only_of(behind, kRubyDigits) || (before.empty() && behind.empty()) ||
      (!exponent.empty() && !signed_exponent))
    return std::nullopt;
  auto digits = (negative ? "-" : "") + without(before, "_,") + (before.empty() ? "0" : "");
  if (!behind.empty()) digits.append(".").append(behind);
  const auto number = as_double(digits.append(exponent));
  return number ? std::optional<Value>(*number) : std::nullopt;
}

// "1_000" and "1,000", but not "1_" and "1__0".
bool each_separator_has_a_digit(std::string_view number) {
  for (std::size_t i = 0; i < number.size(); ++i)
    if (!is_ruby_digit(number[i]) && (i + 1 == number.size() || !is_ruby_digit(number[i + 1])))
      return false;
  return true;
}

std::optional<Value> as_whole(const std::string& word) {
  const bool negative = word.starts_with('-');
  auto rest = std::string_view(word).substr(negative || word.starts_with('+') ? 1 : 0);
  if (rest.empty() || !is_ruby_digit(rest[0])) return std::nullopt;
  int radix = 10;
  if (rest.size() > 1 && rest[0] == '0') {
    radix = rest[1] == 'x' ? 16 : rest[1] == 'b' ? 2 : 8;
    rest.remove_prefix(radix == 8 ? 1 : 2);
  }
  const auto digits = without(rest, "_,");
  if (radix == 10 && !each_separator_has_a_digit(rest)) return std::nullopt;
  const auto allowed = radix == 16  ? std::string_view("0123456789abcdefABCDEF")
                       : radix == 8 ? std::string_view("01234567")
                       : radix == 2 ? std::string_view("01")
                                    : kRubyDigits;
  if (digits.empty() || !only_of(digits, allowed)) return std::nullopt;
  return whole(negative, digits, radix, word);
}

}  // namespace

std::optional<Value> ruby_number(const std::string& word) {
  if (auto number = to_the_base_of_60(word)) return number;
  if (auto number = as_real(word)) return number;
  return as_whole(word);
}

}  // namespace muster::base
