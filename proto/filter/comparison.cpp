#include "proto/filter/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "proto/base/text.hpp"
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

// As Ruby would write it, but never with an exponent, so that it compares as a decimal.
std::string plain(double real) {
  std::array<char, std::numeric_limits<double>::max_exponent10 + 400> buffer{};
  const auto [end, problem] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), real, std::chars_format::fixed);
  if (problem != std::errc()) return "";
  std::string out(buffer.data(), end);
  return out.find('.') == std::string::npos ? out + ".0" : out;
}

bool orders(Operator op) {
  return op != Operator::equal && op != Operator::not_equal;
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

std::string text_of(const Value& scalar) {
  if (scalar.is_null()) return "";
  if (scalar.is_string()) return scalar.get<std::string>();
  if (scalar.is_number_float()) return plain(scalar.get<double>());
  return scalar.dump();
}

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

bool Comparison::holds_for_text(std::string_view text) const {
  if (regex_) return regex_->found_in(text) == (op_ == Operator::equal);
  const auto left = orders(op_) ? Decimal::parse(text) : std::nullopt;
  const auto right = left ? Decimal::parse(value_) : std::nullopt;
  if (left && right) return ordered(op_, *left, *right);
  return ordered(op_, text, std::string_view(value_));
}

bool Comparison::holds_for(const Value& fact) const {
  if (fact.is_array())
    return std::any_of(fact.begin(), fact.end(), [&](const Value& element) {
      return element.is_structured() ? op_ == Operator::not_equal : holds_for(element);
    });
  if (fact.is_object()) {
    const auto& map = fact.get_ref<const Value::object_t&>();
    return std::any_of(map.begin(), map.end(),
                       [&](const auto& entry) { return holds_for_text(entry.first); });
  }
  return holds_for_text(text_of(fact));
}

Truth Comparison::holds_for_data(const Value& field) const {
  if (!field.is_structured()) return holds_for_scalar(field);
  Truth any = Truth::no;
  for (const auto& entry : field.items()) {
    const auto one = holds_for_scalar(field.is_array() ? entry.value() : Value(entry.key()));
    if (one == Truth::broken) return one;
    if (one == Truth::yes) any = one;
  }
  return any;
}

Truth Comparison::holds_for_scalar(const Value& field) const {
  if (field.is_string())
    return truth(!orders(op_) && holds_for_text(field.get_ref<const std::string&>()));
  if (field.is_null() || field.is_structured() || regex_) return Truth::no;
  const auto value = base::trimmed(value_, " ");
  if (field.is_boolean()) {
    if (orders(op_)) return Truth::no;
    if (value != "true" && value != "false") return Truth::broken;
    return truth(ordered(op_, field.get<bool>(), value == "true"));
  }
  const auto text = text_of(field);
  const auto left = Decimal::parse(text);
  const auto right = Decimal::parse(value);
  if (!right) return Truth::broken;
  return truth(left && ordered(op_, *left, *right));
}

std::string Comparison::printed() const {
  return fmt::format("{} {}", spelling_of(op_),
                     regex_ ? regex_->printed() : quoted_if_needed(value_));
}

std::string shown(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
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
