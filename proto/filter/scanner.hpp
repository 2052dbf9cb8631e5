// Reads tokens from one expression. What a token is depends on where it stands ("/" begins a value,
// or is part of one), so the parser asks for the token it needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/filter/comparison.hpp"
#include "proto/filter/filter.hpp"

namespace muster::filter {

// What is left of the limits of one filter; shared by all its expressions.
struct Budget {
  std::size_t terms = kTermsMax;
  std::size_t regexes = kRegexesMax;
};

// Borrows the text. Copies are cheap: a copy looks ahead.
class Scanner {
 public:
  // `what` is named in errors: "-S".
  Scanner(std::string_view what, std::string_view text, Budget& budget)
      : what_(what), text_(text), whole_(text), budget_(&budget) {}
  // Errors show all of `whole`, of which the text is a part.
  void show_in(std::string_view whole) { whole_ = whole; }

  // Errc::limit or invalid_data: too long, control characters.
  Status check() const;

  void skip_spaces();
  bool at_end() const { return at_ >= text_.size(); }
  std::size_t position() const { return at_; }
  std::string_view rest() const { return text_.substr(at_); }
  std::string_view taken() const { return text_.substr(0, at_); }
  // Takes `token` if it comes next.
  bool take(std::string_view token);
  // Takes `word` if it comes next and no longer word does.
  bool take_word(std::string_view word);
  // A name of a fact, class or function: empty when none comes next.
  std::string_view name();
  // The same where an operator or a space ends it, as in -F: everything else may be in it.
  std::string_view fact_name();
  // 'text' or "text"; a backslash escapes a quote or a backslash.
  Result<std::string> quoted();
  // /re/ or /re/i; a '/' inside is escaped with a backslash.
  Result<Regex> regex();
  // The operator and what it compares with: bare word, quoted text or /re/.
  Result<Comparison> comparison();
  // The same where the value is all that is left, as in -F: no quotes, and /re/ only when both
  // slashes are there.
  Result<Comparison> comparison_to_end();

  Result<Regex> counted(Result<Regex> regex, std::size_t position);
  Status count_term();

  // The message, the expression and a caret under `position`.
  tl::unexpected<Error> error_at(std::size_t position, std::string_view message,
                                 Errc code = Errc::invalid_data) const;
  tl::unexpected<Error> error(std::string_view message) const { return error_at(at_, message); }

 private:
  Result<const SpelledOperator*> operator_();
  Result<Comparison> with_regex(const SpelledOperator& op, Result<Regex> regex, std::size_t begin);

  std::string_view what_;
  std::string_view text_;
  std::string_view whole_;
  Budget* budget_;
  std::size_t at_ = 0;
};

}  // namespace muster::filter
