#include "proto/filter/compound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "proto/filter/and_term.hpp"
#include "proto/filter/not_term.hpp"
#include "proto/filter/or_term.hpp"

namespace muster::filter {
namespace {

bool same_word(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](unsigned char x, char y) { return std::tolower(x) == y; });
}

// What other languages write, where a term has ended and none of ours follows. Empty: something else.
std::string_view meant(Scanner ahead) {
  if (ahead.take("&")) return "and";
  if (ahead.take("|")) return "or";
  auto before = ahead.taken();
  before = before.substr(0, before.find_last_not_of(" \t") + 1);
  const auto word = ahead.name();
  for (const std::string_view ours : {"and", "or"})
    if (same_word(word, ours)) return ours;
  // "NOT x": the first word was taken for a class.
  const auto last = before.substr(before.find_last_of(" \t(!") + 1);
  return last != "not" && same_word(last, "not") ? "not" : "";
}

tl::unexpected<Error> nothing_joins(const Scanner& scanner, std::string_view end) {
  const auto word = meant(scanner);
  const auto advice = word.empty() ? "quote values with spaces or parentheses"
                                   : fmt::format("did you mean '{}'?", word);
  return scanner.error(fmt::format("'and', 'or' or {} must stand here; {}", end, advice));
}

class Parser {
 public:
  Parser(Scanner& scanner, const Vocabulary& vocabulary)
      : scanner_(scanner), vocabulary_(vocabulary) {}

  Result<TermPtr> or_terms() { return joined<OrTerm>("or", &Parser::and_terms); }

 private:
  Result<TermPtr> and_terms() { return joined<AndTerm>("and", &Parser::not_term); }

  template <class Joined>
  Result<TermPtr> joined(std::string_view word, Result<TermPtr> (Parser::*next)()) {
    std::vector<TermPtr> terms;
    do {
      MUSTER_ASSIGN(auto term, (this->*next)());
      terms.push_back(std::move(term));
      scanner_.skip_spaces();
    } while (scanner_.take_word(word));
    if (terms.size() == 1) return std::move(terms.front());
    return std::make_unique<Joined>(std::move(terms));
  }

  Result<TermPtr> not_term() {
    scanner_.skip_spaces();
    const auto begin = scanner_.position();
    const bool negated = scanner_.take("!") || scanner_.take_word("not");
    if (!negated && !scanner_.rest().starts_with('(')) return leaf();
    if (++depth_ > kDepthMax)
      return scanner_.error_at(begin, fmt::format("nested deeper than {}", kDepthMax), Errc::limit);
    auto inner = negated ? not_term() : parenthesis();
    --depth_;
    if (!inner || !negated) return inner;
    return std::make_unique<NotTerm>(std::move(*inner));
  }

  Result<TermPtr> parenthesis() {
    const auto begin = scanner_.position();
    scanner_.take("(");
    MUSTER_ASSIGN(auto inner, or_terms());
    scanner_.skip_spaces();
    if (scanner_.take(")")) return inner;
    if (scanner_.at_end()) return scanner_.error_at(begin, "this parenthesis is not closed");
    return nothing_joins(scanner_, "')'");
  }

  Result<TermPtr> leaf() {
    auto ahead = scanner_;
    for (const char* word : {"and", "or"})
      if (ahead.take_word(word))
        return scanner_.error(fmt::format("a term must stand before '{}'", word));
    MUSTER_TRY(scanner_.count_term());
    for (const auto& kind : vocabulary_.terms)
      if (kind.begins(scanner_)) return kind.parse(scanner_);
    return scanner_.error(fmt::format("{}, 'not' or '(' must stand here", vocabulary_.named));
  }

  Scanner& scanner_;
  const Vocabulary& vocabulary_;
  int depth_ = 0;
};

}  // namespace

bool is_operator_word(std::string_view word) {
  return word == "and" || word == "or" || word == "not";
}

Result<TermPtr> parse_compound(Scanner& scanner) {
  return parse_compound(scanner, compound_vocabulary());
}

Result<TermPtr> parse_compound(Scanner& scanner, const Vocabulary& vocabulary) {
  MUSTER_ASSIGN(auto term, Parser(scanner, vocabulary).or_terms());
  scanner.skip_spaces();
  if (!scanner.at_end()) return nothing_joins(scanner, "the end");
  return term;
}

}  // namespace muster::filter
