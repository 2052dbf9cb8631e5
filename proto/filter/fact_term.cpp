#include "proto/filter/fact_term.hpp"

#include <fmt/format.h>

#include "proto/filter/find_fact.hpp"
#include "proto/filter/version_term.hpp"

namespace muster::filter {

Truth FactTerm::evaluate(const Subject& subject) const {
  const Value* fact = subject.facts ? find_fact(*subject.facts, path_) : nullptr;
  return truth(fact && comparison_.holds_for(*fact));
}

std::string FactTerm::printed() const {
  return fmt::format("{} {}", path_, comparison_.printed());
}

std::string FactTerm::found(const Subject& subject) const {
  const Value* fact = subject.facts ? find_fact(*subject.facts, path_) : nullptr;
  return fact ? shown(*fact) : "absent";
}

void FactTerm::add_needs(Needs& needs) const {
  needs.facts.insert(path_);
}

Result<TermPtr> parse_fact(Scanner& scanner) {
  const std::string path(scanner.name());
  MUSTER_ASSIGN(auto comparison, scanner.comparison());
  return std::make_unique<FactTerm>(path, std::move(comparison));
}

Result<TermPtr> parse_whole_fact(Scanner& scanner) {
  scanner.skip_spaces();
  if (begins_version(scanner)) return parse_whole_version(scanner);
  const std::string path(scanner.fact_name());
  if (path.empty()) return scanner.error("the name of a fact must stand here");
  MUSTER_ASSIGN(auto comparison, scanner.comparison_to_end());
  return std::make_unique<FactTerm>(path, std::move(comparison));
}

}  // namespace muster::filter
