#include "orchestrator/cli/reply_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/compound.hpp"
#include "proto/filter/fact_term.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

using client::Outcome;
using filter::Scanner;
using filter::Subject;
using filter::TermPtr;

constexpr std::array<std::string_view, 6> kFields{"sender", "outcome", "code",
                                                  "msg",    "time",    "data"};

struct Function {
  std::string_view name;
  Outcome outcome;
  int status;  // 0: any
};
constexpr std::array kFunctions{Function{"ok", Outcome::ok, 0},
                                Function{"failed", Outcome::failed, 0},
                                Function{"aborted", Outcome::failed, 1},
                                Function{"unknown_action", Outcome::failed, 2},
                                Function{"missing_data", Outcome::failed, 3},
                                Function{"invalid_data", Outcome::failed, 4},
                                Function{"unknown_error", Outcome::failed, 5},
                                Function{"refused", Outcome::refused, 0},
                                Function{"busy", Outcome::busy, 0},
                                Function{"expired", Outcome::expired, 0}};

const Function* function_named(std::string_view name) {
  const auto* found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                   [&](const Function& f) { return f.name == name; });
  return found == kFunctions.end() ? nullptr : found;
}

// What terms are asked about: the reply as the facts of a node.
Value document_of(const client::NodeResult& reply) {
  return {{"sender", reply.identity},
          {"outcome", name_of(reply.outcome)},
          {"code", reply.status},
          {"msg", reply.message},
          {"time", static_cast<double>(reply.took.count()) / 1000},
          {"data", reply.data}};
}

class OutcomeTerm final : public filter::Term {
 public:
  explicit OutcomeTerm(const Function& function) : function_(function) {}
  filter::Truth evaluate(const Subject& subject) const override {
    const Value& reply = *subject.facts;
    return filter::truth(reply["outcome"] == name_of(function_.outcome) &&
                         (function_.status == 0 || reply["code"] == function_.status));
  }
  std::string printed() const override { return fmt::format("{}()", function_.name); }

 private:
  const Function& function_;
};

tl::unexpected<Error> unknown(const Scanner& scanner, std::size_t begin, const std::string& name) {
  if (function_named(name)) return scanner.error_at(begin, fmt::format("write {}()", name));
  std::vector<std::string> known;
  for (const auto& field : kFields) known.emplace_back(field);
  for (const auto& function : kFunctions) known.push_back(fmt::format("{}()", function.name));
  auto closest = base::nearest(name, known);
  if (!closest) closest = base::nearest(name + "()", known);
  const std::string meant =
      closest ? fmt::format("; did you mean '{}'?", *closest) : base::hint_for(name, known);
  return scanner.error_at(begin,
                          fmt::format("{} is no part of a reply{}", base::quoted(name), meant));
}

// After "data(": 'a.b.0').
Result<std::string> quoted_path(Scanner& scanner) {
  scanner.skip_spaces();
  if (!scanner.rest().starts_with('\'') && !scanner.rest().starts_with('"'))
    return scanner.error("a field in quotes must stand here: data('a.b')");
  const auto begin = scanner.position();
  MUSTER_ASSIGN(auto path, scanner.quoted());
  if (path.empty()) return scanner.error_at(begin, "the field is empty");
  scanner.skip_spaces();
  if (!scanner.take(")")) return scanner.error("')' must stand here");
  return path;
}

Result<TermPtr> parse_call(Scanner& scanner) {
  const auto begin = scanner.position();
  const std::string name(scanner.name());
  scanner.take("(");
  if (name == "data") {
    MUSTER_ASSIGN(const auto path, quoted_path(scanner));
    MUSTER_ASSIGN(auto comparison, scanner.comparison());
    return std::make_unique<filter::FactTerm>("data." + path, std::move(comparison));
  }
  const auto* function = function_named(name);
  if (!function && std::find(kFields.begin(), kFields.end(), name) != kFields.end())
    return scanner.error_at(begin, fmt::format("write {} without parentheses", name));
  if (!function) return unknown(scanner, begin, name);
  scanner.skip_spaces();
  if (!scanner.take(")"))
    return scanner.error(fmt::format("{}() takes nothing: ')' must stand here", name));
  return std::make_unique<OutcomeTerm>(*function);
}

Result<TermPtr> parse_field(Scanner& scanner) {
  const auto begin = scanner.position();
  const std::string path(scanner.name());
  const auto name = path.substr(0, path.find('.'));
  const bool known = std::find(kFields.begin(), kFields.end(), name) != kFields.end();
  if (!known) return unknown(scanner, begin, name);
  if (name == "data" && path.size() <= name.size() + 1)
    return scanner.error("a field of the data must be named: data.FIELD");
  if (name != "data" && path != name)
    return scanner.error_at(begin + name.size(), fmt::format("{} has no parts", name));
  MUSTER_ASSIGN(auto comparison, scanner.comparison());
  return std::make_unique<filter::FactTerm>(path, std::move(comparison));
}

bool begins_call(Scanner ahead) {
  return !ahead.name().empty() && ahead.take("(");
}
bool begins_field(Scanner ahead) {
  return !ahead.name().empty();
}

constexpr std::array kTerms{filter::CompoundTerm{"function", begins_call, parse_call},
                            filter::CompoundTerm{"field", begins_field, parse_field}};
constexpr filter::Vocabulary kVocabulary{
    kTerms, "a function as ok(), a comparison of sender, outcome, code, msg, time or data.FIELD"};

}  // namespace

Result<ReplyFilter> ReplyFilter::parse(std::string_view text) {
  filter::Budget budget;
  Scanner scanner("--filter-replies", text, budget);
  MUSTER_TRY(scanner.check());
  MUSTER_ASSIGN(auto term, filter::parse_compound(scanner, kVocabulary));
  return ReplyFilter(std::move(term));
}

bool ReplyFilter::matches(const client::NodeResult& reply) const {
  if (reply.outcome == Outcome::silent) return false;
  const Value document = document_of(reply);
  Subject subject;
  subject.facts = &document;
  return term_->evaluate(subject) == filter::Truth::yes;
}

}  // namespace muster::cli
