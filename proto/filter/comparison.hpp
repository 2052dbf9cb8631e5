// "OP VALUE": the right half of a fact or data statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/value.hpp"
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

  // A fact. Both sides numbers: compared as numbers, otherwise as text. A list: whether it holds
  // for any element; a map: for any key. Null: false, whatever the operator.
  bool holds_for(const Value& fact) const;
  // A field of a data plugin: as a fact, but '<' and '>' want numbers on both sides, as in
  // MCollective.
  bool holds_for_data(const Value& field) const;
  // What a compound statement would say: "= 5", "!= /re/".
  std::string printed() const;

 private:
  bool holds_for_text(std::string_view text, bool order_text) const;
  bool holds(const Value& value, bool order_text) const;

  Operator op_;
  std::string value_;
  std::optional<Regex> regex_;
};

// `value` bare where that reads back, otherwise in single quotes.
std::string quoted_if_needed(const std::string& value);

}  // namespace muster::filter
