#include "proto/filter/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "proto/filter/decimal.hpp"

namespace muster::filter {
namespace {

constexpr std::array kOperators{SpelledOperator{"=~", Operator::equal, true},
                                SpelledOperator{"==", Operator::equal, false},
                                SpelledOperator{"=>", Operator::greater_or_equal, false},
                                SpelledOperator{">=", Operator::greater_or_equal, false},
                                SpelledOperator{"=<", Operator::less_or_equal, false},
                                SpelledOperator{"<=", Operator::less_or_equal, false},
                                SpelledOperator{"!=", Operator::not_equal, false},
                                SpelledOperator{"=", Operator::equal, false},
                                SpelledOperator{"<", Operator::less, false},
                                SpelledOperator{">", Operator::greater, false}};

// Without an exponent, so that it compares as a decimal.
std::string plain(double real) {
  std::array<char, std::numeric_limits<double>::max_exponent10 + 400> buffer{};
  const auto [end, problem] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), real, std::chars_format::fixed);
  return problem == std::errc() ? std::string(buffer.data(), end) : "";
}

std::string text_of(const Value& scalar) {
  if (scalar.is_string()) return scalar.get<std::string>();
  if (scalar.is_number_float()) return plain(scalar.get<double>());
  return scalar.dump();
}

template <class Left>
bool ordered(Operator op, const Left& left, const Left& right) {
  switch (op) {
    case Operator::equal:
      return left == right;
    case Operator::not_equal:
      return left != right;
    case Operator::less:
      return left < right;
    case Operator::less_or_equal:
      return left <= right;
    case Operator::greater:
      return left > right;
    case Operator::greater_or_equal:
      return left >= right;
  }
  return false;
}

}  // namespace

const SpelledOperator* operator_at(std::string_view text) {
  const auto* found = std::find_if(kOperators.begin(), kOperators.end(),
                                   [&](const auto& o) { return text.starts_with(o.spelling); });
  return found == kOperators.end() ? nullptr : found;
}

std::string_view spelling_of(Operator op) {
  switch (op) {
    case Operator::equal:
      return "=";
    case Operator::not_equal:
      return "!=";
    case Operator::less:
      return "<";
    case Operator::less_or_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_or_equal:
      return ">=";
  }
  return "=";
}

bool Comparison::holds_for_text(std::string_view text, bool order_text) const {
  if (regex_) return regex_->found_in(text) == (op_ == Operator::equal);
  const auto left = Decimal::parse(text);
  const auto right = Decimal::parse(value_);
  if (left && right) return ordered(op_, *left, *right);
  if (!order_text && op_ != Operator::equal && op_ != Operator::not_equal) return false;
  return ordered(op_, text, std::string_view(value_));
}

bool Comparison::holds(const Value& value, bool order_text) const {
  const auto element_holds = [&](const Value& element) { return holds(element, order_text); };
  if (value.is_null()) return false;
  if (value.is_array()) return std::any_of(value.begin(), value.end(), element_holds);
  if (value.is_object()) {
    const auto& map = value.get_ref<const Value::object_t&>();
    return std::any_of(map.begin(), map.end(),
                       [&](const auto& entry) { return holds_for_text(entry.first, order_text); });
  }
  return holds_for_text(text_of(value), order_text);
}

bool Comparison::holds_for(const Value& fact) const {
  return holds(fact, true);
}
bool Comparison::holds_for_data(const Value& field) const {
  return holds(field, false);
}

std::string Comparison::printed() const {
  return fmt::format("{} {}", spelling_of(op_),
                     regex_ ? regex_->printed() : quoted_if_needed(value_));
}

std::string quoted_if_needed(const std::string& value) {
  constexpr std::string_view kBare = "_.:@%+-/,";
  const bool bare = !value.empty() && value.front() != '/' &&
                    std::all_of(value.begin(), value.end(), [&](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || kBare.find(c) != std::string_view::npos;
                    });
  if (bare) return value;
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace muster::filter
