#include "proto/base/ruby_scalar.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "proto/base/ruby_number.hpp"
#include "proto/base/ruby_text.hpp"

namespace muster::base {
namespace {

// Psych's first guess: such a word is no number.
bool is_wordlike(std::string_view word) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0 ||
           std::string_view("_ \t\r\n\v\f!@#$%^&*(){}<>|/\\~;=").find(c) != std::string_view::npos;
  };
  if (word.find('\n') != std::string_view::npos || fits(word[0])) return true;
  return word.size() > 1 && fits(word[1]) && !is_ruby_digit(word[0]) && word[0] != '.' &&
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
      !only_of(without(word, "-"), kRubyDigits) ||
      !only_of(word.substr(0, kYearDigits), kRubyDigits))
    return std::nullopt;
  const auto number = [](std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  const auto day = word.substr(dash + 1);
  const auto month = word.substr(kYearDigits + 1, dash - kYearDigits - 1);
  if (day.empty() || day.size() > 2 || month.empty() || !only_of(day, kRubyDigits))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number(word.substr(0, kYearDigits))),
                                         std::chrono::month(static_cast<unsigned>(number(month))),
                                         std::chrono::day(static_cast<unsigned>(number(day)))};
  if (!date.ok()) return std::nullopt;
  return fmt::format("{}-{:02}-{:02}", word.substr(0, kYearDigits), number(month), number(day));
}

}  // namespace

Value ruby_scalar(const std::string& word) {
  if (word.empty()) return nullptr;
  if (is_wordlike(word)) return of_word(word);
  if (auto date = as_date(word)) return *std::move(date);
  if (auto number = ruby_number(word)) return *std::move(number);
  return word;
}

}  // namespace muster::base
