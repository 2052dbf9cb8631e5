// NAME OP VALUE.
#pragma once

#include "proto/filter/comparison.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class FactTerm final : public Term {
 public:
  FactTerm(std::string path, Comparison comparison)
      : path_(std::move(path)), comparison_(std::move(comparison)) {}
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override;
  std::string found(const Subject& subject) const override;
  void add_needs(Needs& needs) const override;
  void add_lookups(std::vector<Lookup>& lookups) const override;

 private:
  std::string path_;
  Comparison comparison_;
};

// One statement of a compound.
Result<TermPtr> parse_fact(Scanner& scanner);
// All of what -F got.
Result<TermPtr> parse_whole_fact(Scanner& scanner);

}  // namespace muster::filter
