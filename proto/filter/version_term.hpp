// version(NAME) OP VALUE, deb_version(NAME) OP VALUE: a fact compared as a version. A data function's field stands there
// too, in -S: deb_version(package('nginx').version) >= 1.18.
#pragma once

#include <string>

#include "proto/filter/comparison.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"
#include "proto/filter/version.hpp"

namespace muster::filter {

// A fact that is absent, or no version, holds for no operator. Of a list any element is enough.
class VersionTerm final : public Term {
 public:
  VersionTerm(VersionRule rule, std::string path, Operator op, std::string value)
      : rule_(rule), path_(std::move(path)), op_(op), value_(std::move(value)) {}
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override;
  std::string found(const Subject& subject) const override;
  void add_needs(Needs& needs) const override;

 private:
  VersionRule rule_;
  std::string path_;
  Operator op_;
  std::string value_;
};

// Whether one comes next: a copy of the scanner looks ahead.
bool begins_version(Scanner ahead);
// One statement of a compound.
Result<TermPtr> parse_version(Scanner& scanner);
// All of what -F got.
Result<TermPtr> parse_whole_version(Scanner& scanner);

}  // namespace muster::filter
