// "OP VALUE": the right half of a fact or data statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/value.hpp"
#include "proto/filter/explanation.hpp"
#include "proto/filter/regex.hpp"

namespace muster::filter {

enum class Operator { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

// The operator at the beginning of `text`, longest spelling first, and how many bytes it takes.
struct SpelledOperator {
  std::string_view spelling;
  Operator op;
  bool regex;  // "=~": what follows is a regular expression, with or without slashes
};
const SpelledOperator* operator_at(std::string_view text);
std::string_view spelling_of(Operator op);

// Immutable, thread-safe.
class Comparison {
 public:
  Comparison(Operator op, std::string value) : op_(op), value_(std::move(value)) {}
  // With Operator::equal: matches; with not_equal: does not.
  Comparison(Operator op, Regex regex) : op_(op), regex_(std::move(regex)) {}

  // A fact, as text; null is the empty text. '<' and the like compare two numbers as numbers. A
  // list: whether it holds for any element; a map: for any key. A list or map inside a list equals
  // no text.
  bool holds_for(const Value& fact) const;
  // A field of a data plugin, by its type: numbers know no regular expressions, texts and booleans
  // no order. Null: no. Broken when the value is no number, or neither true nor false, though the
  // field is.
  Truth holds_for_data(const Value& field) const;
  Operator op() const { return op_; }
  // What it compares with; null when that is a regular expression.
  const std::string* text() const { return regex_ ? nullptr : &value_; }
  // What a compound statement would say: "= 5", "!= /re/".
  std::string printed() const;

 private:
  bool holds_for_text(std::string_view text) const;
  Truth holds_for_scalar(const Value& field) const;

  Operator op_;
  std::string value_;
  std::optional<Regex> regex_;
};

// A fact that is neither a list nor a map, as comparisons see it. Null is the empty text.
std::string text_of(const Value& scalar);
// A value for people: JSON, with what is not UTF-8 replaced.
std::string shown(const Value& value);
// `value` bare where that reads back, otherwise in single quotes.
std::string quoted_if_needed(const std::string& value);

}  // namespace muster::filter
