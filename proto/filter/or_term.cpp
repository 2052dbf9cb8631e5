#include "proto/filter/or_term.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace muster::filter {

Truth OrTerm::evaluate(const Subject& subject) const {
  // No short cut at the first "yes": a broken term further on still decides.
  Truth any = Truth::no;
  for (const auto& term : terms_) {
    const auto one = term->evaluate(subject);
    if (one == Truth::broken) return one;
    if (one == Truth::yes) any = Truth::yes;
  }
  return any;
}

std::string OrTerm::printed() const {
  std::vector<std::string> parts;
  for (const auto& term : terms_) parts.push_back(term->printed());
  return fmt::format("({})", fmt::join(parts, " or "));
}

Explanation OrTerm::explain(const Subject& subject) const {
  Explanation out{"or", {}, evaluate(subject), {}, false, Explanation::Kind::any, {}};
  for (const auto& term : terms_) out.parts.push_back(term->explain(subject));
  return out;
}

void OrTerm::add_needs(Needs& needs) const {
  for (const auto& term : terms_) term->add_needs(needs);
}

}  // namespace muster::filter
