#pragma once

#include <vector>

#include "proto/filter/term.hpp"

namespace muster::filter {

class AndTerm final : public Term {
 public:
  explicit AndTerm(std::vector<TermPtr> terms) : terms_(std::move(terms)) {}
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override;
  Explanation explain(const Subject& subject) const override;
  void add_needs(Needs& needs) const override;
  void add_lookups(std::vector<Lookup>& lookups) const override;

 private:
  std::vector<TermPtr> terms_;
};

}  // namespace muster::filter
