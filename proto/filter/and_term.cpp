#include "proto/filter/and_term.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace muster::filter {

Truth AndTerm::evaluate(const Subject& subject) const {
  // No short cut at the first "no": a broken term further on still decides.
  Truth all = Truth::yes;
  for (const auto& term : terms_) {
    const auto one = term->evaluate(subject);
    if (one == Truth::broken) return one;
    if (one == Truth::no) all = Truth::no;
  }
  return all;
}

std::string AndTerm::printed() const {
  std::vector<std::string> parts;
  for (const auto& term : terms_) parts.push_back(term->printed());
  return fmt::format("({})", fmt::join(parts, " and "));
}

Explanation AndTerm::explain(const Subject& subject) const {
  Explanation out{"and", {}, evaluate(subject), {}, false, Explanation::Kind::all, {}};
  for (const auto& term : terms_) out.parts.push_back(term->explain(subject));
  return out;
}

void AndTerm::add_needs(Needs& needs) const {
  for (const auto& term : terms_) term->add_needs(needs);
}

void AndTerm::add_lookups(std::vector<Lookup>& lookups) const {
  for (const auto& term : terms_) term->add_lookups(lookups);
}

}  // namespace muster::filter
