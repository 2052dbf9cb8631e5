// A Puppet class by name or /re/.
#pragma once

#include "proto/filter/name_list.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class ClassTerm final : public Term {
 public:
  explicit ClassTerm(WantedName wanted) : wanted_(std::move(wanted)) {}
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override { return printed_name(wanted_); }
  std::string found(const Subject& subject) const override {
    return found_in(subject.classes, wanted_, "class");
  }
  void add_needs(Needs& needs) const override { needs.classes = true; }
  void add_lookups(std::vector<Lookup>& lookups) const override;

 private:
  WantedName wanted_;
};

Result<TermPtr> parse_class(Scanner& scanner);
Result<TermPtr> parse_class_regex(Scanner& scanner);
// All of what -C got.
Result<TermPtr> parse_whole_class(Scanner& scanner);

}  // namespace muster::filter
