#include "proto/filter/scanner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::filter {
namespace {

bool space(char c) {
  return c == ' ' || c == '\t';
}
bool control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}
bool continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool in_name(char c) {
  constexpr std::string_view kEnds = "()'\"`=<>!~&|,;";
  return !space(c) && !control(c) && kEnds.find(c) == std::string_view::npos;
}

bool in_bare_value(char c) {
  return !space(c) && c != '(' && c != ')';
}

// The part of a long expression around `position`, and the caret's column in it.
std::pair<std::string, std::size_t> window(std::string_view text, std::size_t position) {
  constexpr std::size_t kAround = 60;  // bytes shown on each side
  std::size_t begin = position > kAround ? position - kAround : 0;
  std::size_t end = std::min(text.size(), position + kAround);
  while (begin > 0 && begin < text.size() && continuation(text[begin])) --begin;
  while (end < text.size() && continuation(text[end])) ++end;
  std::string shown = begin > 0 ? "…" : "";
  std::size_t column = begin > 0 ? 1 : 0;
  for (std::size_t i = begin; i < end; ++i) {
    shown += control(text[i]) || text[i] == '\t' ? ' ' : text[i];
    if (i < position && !continuation(text[i])) ++column;
  }
  return {shown + (end < text.size() ? "…" : ""), column};
}

}  // namespace

Status Scanner::check() const {
  if (text_.size() > kExpressionMaxBytes)
    return fail(Errc::limit, fmt::format("{}: {} bytes; the limit of an expression is {}", what_,
                                         text_.size(), kExpressionMaxBytes));
  const auto found = std::find_if(text_.begin(), text_.end(), control);
  if (found != text_.end())
    return error_at(static_cast<std::size_t>(found - text_.begin()), "a control character");
  return {};
}

void Scanner::skip_spaces() {
  while (!at_end() && space(text_[at_])) ++at_;
}

bool Scanner::take(std::string_view token) {
  if (!rest().starts_with(token)) return false;
  at_ += token.size();
  return true;
}

bool Scanner::take_word(std::string_view word) {
  auto ahead = *this;
  if (ahead.name() != word) return false;
  *this = ahead;
  return true;
}

std::string_view Scanner::name() {
  const auto begin = at_;
  while (!at_end() && in_name(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view Scanner::fact_name() {
  const auto begin = at_;
  while (!at_end() && !space(text_[at_]) && !operator_at(rest())) ++at_;
  return text_.substr(begin, at_ - begin);
}

Result<std::string> Scanner::quoted() {
  const auto begin = at_;
  const char quote = text_[at_++];
  std::string out;
  for (; !at_end(); ++at_) {
    const char c = text_[at_];
    if (c == quote) {
      ++at_;
      return out;
    }
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '\\' && (next == '\\' || next == '\'' || next == '"')) ++at_;
    out += text_[at_];
  }
  return error_at(begin, "this quote is not closed");
}

Result<Regex> Scanner::regex() {
  const auto begin = at_++;
  while (!at_end() && text_[at_] != '/') at_ += text_[at_] == '\\' ? 2 : 1;
  if (at_end())
    return error_at(
        begin, "this regular expression has no closing '/'; quote a value that begins with '/'");
  ++at_;
  take("i");
  if (!at_end() && !space(text_[at_]) && text_[at_] != ')')
    return error(
        "the regular expression ended before this; write '\\/' for a '/' inside one, and quote a "
        "value "
        "that begins with '/'");
  return counted(regex_from_slashes(text_.substr(begin, at_ - begin)), begin);
}

Result<Regex> Scanner::counted(Result<Regex> regex, std::size_t position) {
  if (!regex) return error_at(position, regex.error().message, regex.error().code);
  if (budget_->regexes == 0)
    return error_at(position,
                    fmt::format("more than {} regular expressions in one filter", kRegexesMax),
                    Errc::limit);
  --budget_->regexes;
  return regex;
}

Status Scanner::count_term() {
  if (budget_->terms == 0)
    return error_at(at_, fmt::format("more than {} terms in one filter", kTermsMax), Errc::limit);
  --budget_->terms;
  return {};
}

Result<const SpelledOperator*> Scanner::operator_() {
  skip_spaces();
  const auto* op = operator_at(rest());
  if (!op) return error("an operator must follow: = != =~ < <= > >=");
  at_ += op->spelling.size();
  skip_spaces();
  if (at_end()) return error(fmt::format("a value must follow '{}'", op->spelling));
  constexpr std::string_view kOperatorSigns = "=<>";
  if (!op->regex && kOperatorSigns.find(text_[at_]) != std::string_view::npos)
    return error("a value must stand here, not another operator");
  return op;
}

Result<Comparison> Scanner::with_regex(const SpelledOperator& op, Result<Regex> regex,
                                       std::size_t begin) {
  MUSTER_ASSIGN(auto compiled, std::move(regex));
  if (op.op != Operator::equal && op.op != Operator::not_equal)
    return error_at(begin,
                    fmt::format("'{}' cannot compare with a regular expression", op.spelling));
  return Comparison(op.op, std::move(compiled));
}

Result<Comparison> Scanner::comparison() {
  MUSTER_ASSIGN(const auto* op, operator_());
  const auto begin = at_;
  if (text_[at_] == '/') return with_regex(*op, regex(), begin);
  std::string value;
  if (text_[at_] == '\'' || text_[at_] == '"') {
    MUSTER_ASSIGN(value, quoted());
  } else {
    while (!at_end() && in_bare_value(text_[at_])) value += text_[at_++];
    if (value.empty()) return error("a value must stand here; quote one that holds a parenthesis");
  }
  if (op->regex) return with_regex(*op, counted(Regex::compile(value, false), begin), begin);
  return Comparison(op->op, std::move(value));
}

Result<Comparison> Scanner::comparison_to_end() {
  MUSTER_ASSIGN(const auto* op, operator_());
  const auto begin = at_;
  auto value = rest();
  while (space(value.back())) value.remove_suffix(1);
  at_ = text_.size();
  const bool slashes =
      value.size() > 2 && value.front() == '/' && (value.ends_with('/') || value.ends_with("/i"));
  if (slashes) return with_regex(*op, counted(regex_from_slashes(value), begin), begin);
  if (op->regex) return with_regex(*op, counted(Regex::compile(value, false), begin), begin);
  return Comparison(op->op, std::string(value));
}

tl::unexpected<Error> Scanner::error_at(std::size_t position, std::string_view message,
                                        Errc code) const {
  const auto before = static_cast<std::size_t>(text_.data() - whole_.data());
  const auto [shown, column] = window(whole_, before + std::min(position, text_.size()));
  return fail(code, fmt::format("{}: {}\n  {}\n  {:>{}}", what_, message, shown, '^', column + 1));
}

}  // namespace muster::filter
