#include "proto/policy/policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/policy/conditions.hpp"
#include "proto/policy/lines.hpp"

namespace muster::policy {

struct Policy::Rule {
  int line = 0;
  std::string text;
  bool allow = false;
  Callers callers;
  std::vector<std::string> actions;  // empty: any
  filter::Filter where;
  Conditions conditions;
};

Policy::Policy() = default;
Policy::~Policy() = default;
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;

namespace {

Result<bool> parse_verdict(const std::string& word) {
  if (word == "allow") return true;
  if (word == "deny") return false;
  return fail(Errc::config, fmt::format("{} is neither allow nor deny{}", base::quoted(word),
                                        base::hint_for(word, {"allow", "deny", "policy"})));
}

// "k=v k>=v": every word is a fact statement of its own.
bool plain_facts(const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return word.find_first_of("=<>") != std::string::npos &&
           word.find_first_of("()'\"") == std::string::npos && !word.starts_with('!') &&
           !word.starts_with('/');
  });
}

// A condition that lost its blank or its TAB would be the name of a class that no node has: a deny with
// it would never match.
Status check_no_condition(std::string_view field) {
  const auto colon = field.find(':');
  const auto words = split(field.substr(0, colon), " ");
  const bool known =
      colon != std::string_view::npos && words.size() == 1 && is_condition_key(words.front());
  if (!known) return {};
  return fail(
      Errc::config,
      fmt::format("{} is no condition: write {}: VALUE, with a blank behind the colon, in a "
                  "field of its own behind the facts",
                  base::quoted(field), words.front()));
}

// Puppet writes classes in lower case, and "AND" joins nothing: a deny for any of these would never match.
Status check_spelling(const std::string& word) {
  if (word.find('*') != std::string::npos)
    return fail(Errc::config, fmt::format("{} is no class; write a pattern as /regex/, as in "
                                          "/^role::/",
                                          base::quoted(word)));
  auto lower = word;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == word) return {};
  return fail(Errc::config, fmt::format("{} is no class: Puppet writes them in lower case; did you "
                                        "mean '{}'?",
                                        base::quoted(word), lower));
}

// A blank stands between two facts. What is joined otherwise would be one value that no fact has.
Status check_values(const std::string& facts) {
  if (facts.find_first_of("'\"") != std::string::npos) return {};  // who quotes has thought of it
  for (const auto& word : split(facts, " ")) {
    const auto value = word.find_first_of("=<>");
    if (value == std::string::npos || word.find_first_of("/~", value) != std::string::npos)
      continue;
    const auto comma = word.find(',', value);
    const bool joined =
        word.find("&&", value) != std::string::npos ||
        word.find("||", value) != std::string::npos ||
        (comma != std::string::npos && word.find_first_of("=<>", comma) != std::string::npos);
    if (joined)
      return fail(Errc::config,
                  fmt::format("{} compares with all that stands behind the operator; put a blank, "
                              "'and' or 'or' between two facts, or quotes around the value",
                              base::quoted(word)));
  }
  return {};
}

// Of an expression's words the names are looked at, not what they are compared with.
Status check_classes(const std::vector<std::string>& words, bool expression) {
  for (const auto& whole : words) {
    const auto word = whole.substr(0, whole.find_first_of("=<>"));
    if (word.starts_with('/')) continue;
    if (!expression) MUSTER_TRY(check_spelling(word));
    for (auto at = word.find(':'); at != std::string::npos; at = word.find(':', at + 2))
      if (word.compare(at, 2, "::") != 0)
        return fail(Errc::config, fmt::format("{} is no class: its parts have '::' between them",
                                              base::quoted(word)));
  }
  return {};
}

// "settings and role::web", "!db", "(a or b)": MCollective reads the whole field as an expression then.
bool is_expression(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return filter::is_operator_word(word) || word.starts_with('!') ||
           (!word.starts_with('/') && word.find_first_of("()=<>") != std::string::npos);
  });
}

Result<filter::Filter> parse_where(const std::string& facts, const std::string& classes) {
  filter::Text text;
  MUSTER_TRY(check_no_condition(facts));
  MUSTER_TRY(check_no_condition(classes));
  const auto fact_words = split(facts, " ");
  const auto class_words = split(classes, " ");
  MUSTER_ASSIGN(const bool any_facts, is_any("facts", fact_words));
  MUSTER_ASSIGN(const bool any_classes, is_any("classes", class_words));
  if (!any_facts && plain_facts(fact_words)) text.facts = fact_words;
  if (!any_facts && !plain_facts(fact_words)) text.compounds = {facts};
  const bool expression = is_expression(class_words);
  MUSTER_TRY(check_values(facts));
  if (!any_classes) MUSTER_TRY(check_classes(class_words, expression));
  if (!any_classes && !expression) text.classes = class_words;
  if (!any_classes && expression) text.compounds.push_back(classes);
  MUSTER_ASSIGN(auto where, filter::Filter::parse(text));
  if (where.needs_data_plugins())
    return fail(Errc::config,
                "a policy cannot use data functions: a deny that cannot be judged would vanish");
  return where;
}

}  // namespace

Result<Policy> Policy::parse(std::string_view text, std::string_view file,
                             std::shared_ptr<const Groups> groups) {
  Policy out;
  out.file_ = file;
  out.groups_ = groups;
  MUSTER_TRY(each_line(text, file, [&](int number, std::string_view line) {
    return out.read_line(number, line, groups);
  }));
  return out;
}

std::vector<std::string> Policy::problems(std::string_view text, std::string_view file,
                                          std::shared_ptr<const Groups> groups) {
  Policy out;
  std::vector<std::string> found;
  const auto all = each_line(text, file, [&](int number, std::string_view line) -> Status {
    auto read = out.read_line(number, line, groups);
    if (read) return {};
    // It would be said of each line from here on.
    const bool full = read.error().code == Errc::limit && out.rules_.size() >= kRulesMax;
    if (full) return read;
    found.push_back(fmt::format("{}:{}: {}", file, number, read.error().message));
    return {};
  });
  if (!all) found.push_back(all.error().message);
  return found;
}

Status Policy::read_line(int number, std::string_view line,
                         const std::shared_ptr<const Groups>& groups) {
  const auto words = split(line, " \t");
  if (words.front() == "policy") return read_default(number, line, words);
  MUSTER_TRY(parse_verdict(words.front()));
  if (rules_.size() >= kRulesMax)
    return fail(Errc::limit, fmt::format("more than {} rules", kRulesMax));
  MUSTER_ASSIGN(auto rule, read_rule(split(line, "\t"), groups));
  rule.line = number;
  rule.text = line;
  rules_.push_back(std::move(rule));
  return {};
}

Status Policy::read_default(int number, std::string_view line,
                            const std::vector<std::string>& words) {
  if (words.size() != 3 || words[1] != "default")
    return fail(Errc::config, "write 'policy default deny' or 'policy default allow'");
  if (default_line_ != 0)
    return fail(Errc::config,
                fmt::format("the default is already given in line {}", default_line_));
  MUSTER_ASSIGN(default_allow_, parse_verdict(words[2]));
  default_line_ = number;
  default_text_ = line;
  return {};
}

Result<Policy::Rule> Policy::read_rule(const std::vector<std::string>& fields,
                                       const std::shared_ptr<const Groups>& groups) const {
  constexpr std::size_t kWithoutClasses = 4;
  const bool classes = fields.size() > kWithoutClasses && !is_condition(fields[kWithoutClasses]);
  if (fields.size() < kWithoutClasses)
    return fail(Errc::config,
                fmt::format("{} fields where 4 or 5 must stand, separated by TABs: allow|deny, "
                            "callers, actions, facts and, if wanted, classes; then conditions",
                            fields.size()));
  Rule rule;
  MUSTER_ASSIGN(rule.allow, parse_verdict(fields[0]));
  MUSTER_ASSIGN(rule.callers, Callers::parse(fields[1], groups));
  rule.actions = split(fields[2], " ");
  MUSTER_ASSIGN(const bool any_action, is_any("actions", rule.actions));
  if (any_action) rule.actions.clear();
  for (const auto& action : rule.actions) MUSTER_TRY(base::check_word("action", action));
  MUSTER_ASSIGN(rule.where, parse_where(fields[3], classes ? fields[kWithoutClasses] : "*"));
  for (std::size_t at = kWithoutClasses + (classes ? 1 : 0); at < fields.size(); ++at)
    MUSTER_TRY(rule.conditions.read(fields[at], rule.allow, *groups));
  return rule;
}

bool Policy::matches(const Rule& rule, const Question& question) const {
  static const Value kNoArguments = Value::object();
  if (!rule.callers.hold(question.caller)) return false;
  if (!rule.actions.empty() &&
      std::find(rule.actions.begin(), rule.actions.end(), question.action) == rule.actions.end())
    return false;
  const auto& given = question.arguments != nullptr ? *question.arguments : kNoArguments;
  const auto& wanted = rule.conditions.arguments;
  if (wanted && !wanted->hold(given, rule.allow)) return false;
  if (rule.conditions.hours && !rule.conditions.hours->hold(question.now_ms)) return false;
  const bool unnamed =
      std::any_of(question.guarded.begin(), question.guarded.end(),
                  [&](const auto& name) { return !wanted || !wanted->names(name); });
  if (rule.allow && unnamed) return false;
  filter::Subject node;
  node.facts = question.facts;
  node.classes = question.classes;
  return rule.where.matches(node);
}

Decision Policy::decided(const Rule& rule, const Question& question) const {
  Decision out{rule.allow, fmt::format("{}:{}", file_, rule.line), rule.text};
  if (!rule.allow || rule.conditions.requirements.none()) return out;
  auto met = rule.conditions.requirements.judge(question.scope, question.caller, *groups_);
  out.missing = std::move(met.missing);
  out.needs_approval = std::move(met.needs_approval);
  out.approved_by = std::move(met.approved_by);
  out.max_nodes = rule.conditions.requirements.max_nodes;
  out.allowed = out.missing.empty();
  if (!out.allowed) out.decided_by += ": " + out.missing;
  return out;
}

Decision Policy::decide(const Question& question) const {
  for (const auto& rule : rules_)
    if (matches(rule, question)) return decided(rule, question);
  if (!question.guarded.empty())
    return {false, fmt::format("{}: no line allows the guarded argument {}", file_,
                               fmt::join(question.guarded, ", "))};
  if (default_line_ == 0) return {false, file_ + ": no line matches"};
  return {default_allow_, fmt::format("{}:{}", file_, default_line_), default_text_};
}

std::vector<Policy::NamedAction> Policy::named_actions() const {
  std::vector<NamedAction> out;
  for (const auto& rule : rules_)
    for (const auto& action : rule.actions) out.push_back({rule.line, action});
  return out;
}

std::vector<Policy::NamedArgument> Policy::named_arguments() const {
  std::vector<NamedArgument> out;
  for (const auto& rule : rules_)
    if (rule.conditions.arguments)
      for (auto& name : rule.conditions.arguments->named())
        out.push_back({rule.line, rule.actions, std::move(name)});
  return out;
}

std::size_t Policy::rules() const {
  return rules_.size();
}

bool Policy::depends_on_node() const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [](const Rule& rule) { return !rule.where.empty(); });
}

bool Policy::limits_nodes() const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [](const Rule& rule) { return rule.conditions.requirements.max_nodes > 0; });
}

}  // namespace muster::policy
