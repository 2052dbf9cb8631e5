#include "proto/filter/not_term.hpp"

namespace muster::filter {

Truth NotTerm::evaluate(const Subject& subject) const {
  const auto inner = term_->evaluate(subject);
  return inner == Truth::broken ? inner : truth(inner == Truth::no);
}

std::string NotTerm::printed() const {
  return "not " + term_->printed();
}

Explanation NotTerm::explain(const Subject& subject) const {
  return {"not",
          {},
          evaluate(subject),
          {},
          false,
          Explanation::Kind::inverse,
          {term_->explain(subject)}};
}

void NotTerm::add_needs(Needs& needs) const {
  term_->add_needs(needs);
}

}  // namespace muster::filter
