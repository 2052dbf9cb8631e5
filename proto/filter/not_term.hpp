#pragma once

#include "proto/filter/term.hpp"

namespace muster::filter {

class NotTerm final : public Term {
 public:
  explicit NotTerm(TermPtr term) : term_(std::move(term)) {}
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override;
  Explanation explain(const Subject& subject) const override;
  void add_needs(Needs& needs) const override;

 private:
  TermPtr term_;
};

}  // namespace muster::filter
