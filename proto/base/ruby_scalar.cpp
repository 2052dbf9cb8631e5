#include "proto/base/ruby_scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace muster::base {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_of(std::string_view text, std::string_view set) {
  return text.find_first_not_of(set) == std::string_view::npos;
}

std::string without(std::string_view text, std::string_view unwanted) {
  std::string out(text);
  std::erase_if(out, [&](char c) { return unwanted.find(c) != std::string_view::npos; });
  return out;
}

// Psych's first guess: such a word is no number.
bool is_wordlike(std::string_view word) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0 ||
           std::string_view("_ \t\r\n\v\f!@#$%^&*(){}<>|/\\~;=").find(c) != std::string_view::npos;
  };
  if (word.find('\n') != std::string_view::npos || fits(word[0])) return true;
  return word.size() > 1 && fits(word[1]) && !is_digit(word[0]) && word[0] != '.' &&
         word[0] != ':' && word[0] != '-';
}

Value of_word(const std::string& word) {
  constexpr std::size_t kLongestWord = 5;
  if (word.size() > kLongestWord) return word;
  std::string lower(word);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (lower == "~" || lower == "null") return nullptr;
  if (lower == "yes" || lower == "true" || lower == "on") return true;
  if (lower == "no" || lower == "false" || lower == "off") return false;
  return word;
}

// "2026-1-5" as ISO 8601 writes it.
std::optional<std::string> as_date(std::string_view word) {
  constexpr std::size_t kYearDigits = 4;
  const auto dash = word.find('-', kYearDigits + 1);
  if (word.size() < 8 || word.size() > 10 || word[kYearDigits] != '-' || dash > 7 ||
      !all_of(without(word, "-"), kDigits) || !all_of(word.substr(0, kYearDigits), kDigits))
    return std::nullopt;
  const auto number = [](std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  const auto day = word.substr(dash + 1);
  const auto month = word.substr(kYearDigits + 1, dash - kYearDigits - 1);
  if (day.empty() || day.size() > 2 || month.empty() || !all_of(day, kDigits)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number(word.substr(0, kYearDigits))),
                                         std::chrono::month(static_cast<unsigned>(number(month))),
                                         std::chrono::day(static_cast<unsigned>(number(day)))};
  if (!date.ok()) return std::nullopt;
  return fmt::format("{}-{:02}-{:02}", word.substr(0, kYearDigits), number(month), number(day));
}

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
  if (!fraction.empty() && !all_of(fraction.substr(1), "0123456789_")) return std::nullopt;
  word = word.substr(0, point);
  if (word.empty() || !is_digit(word[0]) || word.find(':') == word.npos) return std::nullopt;
  double sum = 0;
  for (std::size_t part = 0;; ++part) {
    const auto end = word.find(':');
    const auto digits = without(word.substr(0, end), part == 0 ? "_" : "");
    const bool fits = part == 0 ? digits.size() <= kFirstPartMax
                                : digits.size() <= 2 && (digits.size() < 2 || digits[0] < '6');
    if (part >= kWeights.size() || digits.empty() || !fits || !all_of(digits, kDigits))
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
                               all_of(exponent.substr(2), kDigits);
  if ((!before.empty() && (!is_digit(before[0]) || !all_of(before, "0123456789_,"))) ||
      !all_of(behind, kDigits) || (before.empty() && behind.empty()) ||
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
    if (!is_digit(number[i]) && (i + 1 == number.size() || !is_digit(number[i + 1]))) return false;
  return true;
}

std::optional<Value> as_whole(const std::string& word) {
  const bool negative = word.starts_with('-');
  auto rest = std::string_view(word).substr(negative || word.starts_with('+') ? 1 : 0);
  if (rest.empty() || !is_digit(rest[0])) return std::nullopt;
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
                                    : kDigits;
  if (digits.empty() || !all_of(digits, allowed)) return std::nullopt;
  return whole(negative, digits, radix, word);
}

}  // namespace

Value ruby_scalar(const std::string& word) {
  if (word.empty()) return nullptr;
  if (is_wordlike(word)) return of_word(word);
  if (auto date = as_date(word)) return *std::move(date);
  if (auto number = to_the_base_of_60(word)) return *std::move(number);
  if (auto number = as_real(word)) return *std::move(number);
  if (auto number = as_whole(word)) return *std::move(number);
  return word;
}

}  // namespace muster::base
