#include "proto/filter/class_term.hpp"

#include <algorithm>

namespace muster::filter {

Truth ClassTerm::evaluate(const Subject& subject) const {
  if (!subject.classes) return Truth::no;
  return truth(std::any_of(subject.classes->begin(), subject.classes->end(), [&](const auto& name) {
    if (const auto* plain = std::get_if<std::string>(&wanted_)) return name == *plain;
    return std::get<Regex>(wanted_).found_in(name);
  }));
}

std::string ClassTerm::printed() const {
  if (const auto* plain = std::get_if<std::string>(&wanted_)) return *plain;
  return std::get<Regex>(wanted_).printed();
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
  return std::make_unique<ClassTerm>(name);
}

}  // namespace muster::filter
