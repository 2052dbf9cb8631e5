#include "proto/filter/version_term.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::filter {
namespace {

constexpr std::string_view kDotted = "version";
constexpr std::string_view kDebian = "deb_version";

std::string_view function_of(VersionRule rule) {
  return rule == VersionRule::debian ? kDebian : kDotted;
}

bool agrees(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::equal:
      return order == 0;
    case Operator::not_equal:
      return order != 0;
    case Operator::less:
      return order < 0;
    case Operator::less_or_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_or_equal:
      return order >= 0;
  }
  return false;
}

struct Head {
  VersionRule rule = VersionRule::dotted;
  std::string path;
};

Result<Head> parse_head(Scanner& scanner) {
  Head head;
  head.rule = scanner.name() == kDebian ? VersionRule::debian : VersionRule::dotted;
  scanner.take("(");
  scanner.skip_spaces();
  head.path = scanner.name();
  if (head.path.empty()) return scanner.error("the name of a fact must stand here");
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
  return std::make_unique<VersionTerm>(head.rule, std::move(head.path), against.op(),
                                       *against.text());
}

}  // namespace

bool VersionTerm::holds_for(const Value& fact) const {
  if (fact.is_array())
    return std::any_of(fact.begin(), fact.end(), [this](const Value& element) {
      return !element.is_structured() && holds_for(element);
    });
  if (fact.is_structured() || fact.is_null() || fact.is_boolean()) return false;
  const auto text = fact.is_string() ? fact.get<std::string>() : fact.dump();
  const auto order = compare_versions(rule_, text, value_);
  return order && agrees(op_, *order);
}

Truth VersionTerm::evaluate(const Subject& subject) const {
  const Value* fact = subject.facts ? find_fact(*subject.facts, path_) : nullptr;
  return truth(fact && holds_for(*fact));
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
  if ((name != kDotted && name != kDebian) || !ahead.take("(")) return false;
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
  auto comparison = scanner.comparison_to_end();
  return with_value(scanner, begin, std::move(head), std::move(comparison));
}

}  // namespace muster::filter
