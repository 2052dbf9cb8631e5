#include "proto/filter/version_term.hpp"

#include <fmt/format.h>

#include <optional>

#include "proto/base/names.hpp"
#include "proto/filter/data_term.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::filter {
namespace {

// What is compared: a fact, or a field of a data function.
struct Head {
  VersionRule rule = VersionRule::dotted;
  std::string path;
  std::optional<DataCall> call;
};

VersionRule rule_named(std::string_view function) {
  return function == function_of(VersionRule::debian) ? VersionRule::debian : VersionRule::dotted;
}

bool begins_call(Scanner ahead) {
  return !ahead.name().empty() && ahead.take("(");
}

Result<Head> parse_head(Scanner& scanner) {
  Head head;
  head.rule = rule_named(scanner.name());
  scanner.take("(");
  scanner.skip_spaces();
  if (begins_call(scanner)) {
    MUSTER_ASSIGN(head.call, parse_data_call(scanner));
  } else {
    head.path = scanner.name();
    if (head.path.empty()) return scanner.error("the name of a fact must stand here");
  }
  scanner.skip_spaces();
  if (!scanner.take(")")) return scanner.error("')' must stand here");
  return head;
}

Result<TermPtr> with_value(const Scanner& scanner, std::size_t begin, Head head,
                           Result<Comparison> comparison) {
  MUSTER_ASSIGN(const auto against, std::move(comparison));
  if (!against.text())
    return scanner.error_at(begin, "a version cannot be compared with a regular expression");
  if (!is_version(head.rule, *against.text()))
    return scanner.error_at(begin, fmt::format("{} is no version: it must begin with a digit",
                                               base::quoted(*against.text())));
  if (head.call) return std::make_unique<DataTerm>(std::move(*head.call), against, head.rule);
  return std::make_unique<VersionTerm>(head.rule, std::move(head.path), against.op(),
                                       *against.text());
}

}  // namespace

Truth VersionTerm::evaluate(const Subject& subject) const {
  const Value* fact = subject.facts ? find_fact(*subject.facts, path_) : nullptr;
  return truth(fact && compares_as_version(rule_, *fact, op_, value_));
}

std::string VersionTerm::printed() const {
  return fmt::format("{}({}) {} {}", function_of(rule_), path_, spelling_of(op_),
                     quoted_if_needed(value_));
}

std::string VersionTerm::found(const Subject& subject) const {
  const Value* fact = subject.facts ? find_fact(*subject.facts, path_) : nullptr;
  return fact ? shown(*fact) : "absent";
}

void VersionTerm::add_needs(Needs& needs) const {
  needs.facts.insert(path_);
}

bool begins_version(Scanner ahead) {
  const auto name = ahead.name();
  if (name != function_of(rule_named(name)) || !ahead.take("(")) return false;
  ahead.skip_spaces();
  // version() and version('x').field are of a data plugin of that name.
  return !ahead.at_end() &&
         std::string_view("'\")").find(ahead.rest()[0]) == std::string_view::npos;
}

Result<TermPtr> parse_version(Scanner& scanner) {
  const auto begin = scanner.position();
  MUSTER_ASSIGN(auto head, parse_head(scanner));
  auto comparison = scanner.comparison();
  return with_value(scanner, begin, std::move(head), std::move(comparison));
}

Result<TermPtr> parse_whole_version(Scanner& scanner) {
  const auto begin = scanner.position();
  MUSTER_ASSIGN(auto head, parse_head(scanner));
  if (head.call) return scanner.error_at(begin, "a data function may stand in -S alone");
  auto comparison = scanner.comparison_to_end();
  return with_value(scanner, begin, std::move(head), std::move(comparison));
}

}  // namespace muster::filter
