#include "orchestrator/workflow/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/compound.hpp"
#include "proto/filter/fact_term.hpp"
#include "proto/filter/version_term.hpp"

namespace muster::workflow {
namespace {

constexpr std::array<std::string_view, 3> kWords{"always", "joining", "member"};
constexpr std::array<std::string_view, 4> kOwners{"node.", "token.", "master.", "steps."};

std::vector<std::string> words_of(bool is_joining) {
  return {"always", is_joining ? "joining" : "member"};
}

// Holds when it stands among the subject's classes.
class WordTerm final : public filter::Term {
 public:
  explicit WordTerm(std::string word) : word_(std::move(word)) {}
  filter::Truth evaluate(const filter::Subject& subject) const override {
    const auto& words = *subject.classes;
    return filter::truth(std::find(words.begin(), words.end(), word_) != words.end());
  }
  std::string printed() const override { return word_; }

 private:
  std::string word_;
};

bool begins_comparison(filter::Scanner ahead) {
  if (ahead.name().empty()) return false;
  ahead.skip_spaces();
  return filter::operator_at(ahead.rest()) != nullptr;
}

bool begins_word(filter::Scanner ahead) {
  return !ahead.name().empty();
}

Result<filter::TermPtr> parse_word(filter::Scanner& scanner) {
  const auto begin = scanner.position();
  std::string word(scanner.name());
  if (scanner.rest().starts_with("("))
    return scanner.error_at(begin, "a condition asks no data function");
  if (std::find(kWords.begin(), kWords.end(), word) == kWords.end())
    return scanner.error_at(begin,
                            fmt::format("unknown word {}{}", base::quoted(word),
                                        base::hint_for(word, {kWords.begin(), kWords.end()})));
  return std::make_unique<WordTerm>(std::move(word));
}

const filter::Vocabulary& vocabulary() {
  static constexpr std::array kTerms{
      filter::CompoundTerm{"version", filter::begins_version, filter::parse_version},
      filter::CompoundTerm{"comparison", begins_comparison, filter::parse_fact},
      filter::CompoundTerm{"word", begins_word, parse_word}};
  static constexpr filter::Vocabulary kVocabulary{kTerms,
                                                  "a name with what it is compared with, a word"};
  return kVocabulary;
}

// "country" is a fact of the node.
std::string in_full(const std::string& written) {
  const bool full = std::any_of(kOwners.begin(), kOwners.end(),
                                [&](std::string_view owner) { return written.starts_with(owner); });
  return full ? written : "node.facts." + written;
}

}  // namespace

Result<Condition> Condition::parse(const std::string& text) {
  filter::Budget budget;
  filter::Scanner scanner("when", text, budget);
  auto term = scanner.check() ? filter::parse_compound(scanner, vocabulary())
                              : Result<filter::TermPtr>(fail(scanner.check().error()));
  if (!term) return fail(Errc::config, term.error().message);
  filter::Needs needs;
  (*term)->add_needs(needs);
  if (!needs.data.empty()) return fail(Errc::config, "when: a condition asks no data function");
  Condition condition;
  condition.text_ = text;
  condition.term_ = std::move(*term);
  for (const auto& path : needs.facts) condition.full_names_[path] = in_full(path);
  return condition;
}

std::string Condition::full_name(const std::string& written) const {
  const auto at = full_names_.find(written);
  return at == full_names_.end() ? in_full(written) : at->second;
}

void Condition::rename(const std::function<std::string(const std::string&)>& rename) {
  for (auto& [written, name] : full_names_) name = rename(name);
}

Value Condition::read(const Values& values) const {
  Value facts = Value::object();
  for (const auto& [written, name] : full_names_)
    if (const auto* value = values.find(name)) facts[written] = *value;
  return facts;
}

bool Condition::holds(const Values& values, bool is_joining) const {
  if (!term_) return true;
  const auto facts = read(values);
  const auto words = words_of(is_joining);
  return term_->evaluate({.facts = &facts, .classes = &words}) == filter::Truth::yes;
}

filter::Explanation Condition::explain(const Values& values, bool is_joining) const {
  if (!term_) return {.term = {}, .option = {}, .answer = filter::Truth::yes, .found = {}};
  const auto facts = read(values);
  const auto words = words_of(is_joining);
  return term_->explain({.facts = &facts, .classes = &words});
}

std::vector<std::string> Condition::names() const {
  std::vector<std::string> names;
  for (const auto& [written, name] : full_names_)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

}  // namespace muster::workflow
