#include "proto/filter/class_term.hpp"

#include <fmt/format.h>

namespace muster::filter {

Truth ClassTerm::evaluate(const Subject& subject) const {
  return truth(first_match(subject.classes, wanted_) != nullptr);
}

void ClassTerm::add_lookups(std::vector<Lookup>& lookups) const {
  if (const auto* name = std::get_if<std::string>(&wanted_)) lookups.push_back(class_lookup(*name));
}

Result<TermPtr> parse_class(Scanner& scanner) {
  return std::make_unique<ClassTerm>(std::string(scanner.name()));
}

Result<TermPtr> parse_class_regex(Scanner& scanner) {
  MUSTER_ASSIGN(auto regex, scanner.regex());
  return std::make_unique<ClassTerm>(std::move(regex));
}

Result<TermPtr> parse_whole_class(Scanner& scanner) {
  if (scanner.rest().starts_with('/')) {
    MUSTER_ASSIGN(auto regex, scanner.counted(regex_from_slashes(scanner.rest()), 0));
    return std::make_unique<ClassTerm>(std::move(regex));
  }
  const std::string name(scanner.name());
  if (name.empty() || !scanner.at_end())
    return scanner.error("the name of a class or /re/ must stand here, and nothing after it");
  if (is_operator_word(name))
    return scanner.error_at(
        0, fmt::format("'{}' joins terms and is no class; expressions are for -S", name));
  return std::make_unique<ClassTerm>(name);
}

}  // namespace muster::filter
