// A Puppet class by name or /re/.
#pragma once

#include <variant>

#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class ClassTerm final : public Term {
 public:
  explicit ClassTerm(std::variant<std::string, Regex> wanted) : wanted_(std::move(wanted)) {}
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override;
  void add_needs(Needs& needs) const override { needs.classes = true; }

 private:
  std::variant<std::string, Regex> wanted_;
};

Result<TermPtr> parse_class(Scanner& scanner);
Result<TermPtr> parse_class_regex(Scanner& scanner);
// All of what -C got.
Result<TermPtr> parse_whole_class(Scanner& scanner);

}  // namespace muster::filter
