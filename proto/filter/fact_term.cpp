#include "proto/filter/fact_term.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "proto/filter/find_fact.hpp"
#include "proto/filter/version_term.hpp"

namespace muster::filter {
namespace {

// As "versioncmp(kernelversion)", and "Version(x)".
bool looks_like_call(std::string_view path) {
  const auto open = path.find('(');
  return open != 0 && open != std::string_view::npos && path.ends_with(')') &&
         std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(open), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
         });
}

}  // namespace

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

void FactTerm::add_lookups(std::vector<Lookup>& lookups) const {
  const auto* value = comparison_.text();
  if (value == nullptr || comparison_.op() != Operator::equal) return;
  if (auto lookup = fact_lookup(path_, *value); !lookup.empty())
    lookups.push_back(std::move(lookup));
}

Result<TermPtr> parse_fact(Scanner& scanner) {
  const std::string path(scanner.name());
  MUSTER_ASSIGN(auto comparison, scanner.comparison());
  return std::make_unique<FactTerm>(path, std::move(comparison));
}

Result<TermPtr> parse_whole_fact(Scanner& scanner) {
  scanner.skip_spaces();
  if (begins_version(scanner)) return parse_whole_version(scanner);
  const auto begin = scanner.position();
  const std::string path(scanner.fact_name());
  if (path.empty()) return scanner.error("the name of a fact must stand here");
  if (looks_like_call(path))
    return scanner.error_at(
        begin, "there is no such function of a fact; known: version(FACT) and deb_version(FACT)");
  MUSTER_ASSIGN(auto comparison, scanner.comparison_to_end());
  return std::make_unique<FactTerm>(path, std::move(comparison));
}

}  // namespace muster::filter
