#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/filter/or_term.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term_table.hpp"

namespace muster::filter {

struct Filter::Impl {
  Text text;
  struct Typed {
    std::string_view option;
    TermPtr term;
  };
  std::vector<Typed> terms;  // all must be true
  Needs needs;
};

namespace {

Result<std::vector<TermPtr>> parse_list(const ListedTerm& listed,
                                        const std::vector<std::string>& expressions,
                                        Budget& budget) {
  std::vector<TermPtr> terms;
  for (const auto& expression : expressions) {
    Scanner scanner(listed.option, expression, budget);
    MUSTER_TRY(scanner.check());
    MUSTER_TRY(scanner.count_term());
    MUSTER_ASSIGN(auto term, listed.parse(scanner));
    terms.push_back(std::move(term));
  }
  return terms;
}

// Whether a part with `answer` decided that the whole is `whole`.
bool decides(Explanation::Kind kind, Truth whole, Truth answer) {
  if (kind == Explanation::Kind::all && whole == Truth::no) return answer != Truth::yes;
  return kind == Explanation::Kind::inverse || whole == answer;
}

void mark_decided(Explanation& explanation) {
  explanation.decided = true;
  for (auto& part : explanation.parts)
    if (decides(explanation.kind, explanation.answer, part.answer)) mark_decided(part);
}

}  // namespace

std::string_view name_of(Truth truth) {
  switch (truth) {
    case Truth::no:
      return "no";
    case Truth::yes:
      return "yes";
    case Truth::broken:
      return "no answer";
  }
  return "no";
}

bool chooses_nodes(const Text& filter) {
  return !filter.facts.empty() || !filter.classes.empty() || !filter.identities.empty() ||
         !filter.compounds.empty();
}

bool Text::empty() const {
  return std::all_of(listed_terms().begin(), listed_terms().end(),
                     [&](const ListedTerm& listed) { return (this->*listed.list).empty(); });
}

Filter::Filter() : impl_(std::make_unique<Impl>()) {}
Filter::~Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;

Result<Filter> Filter::parse(const Text& text) {
  Filter out;
  out.impl_->text = text;
  Budget budget;
  for (const auto& listed : listed_terms()) {
    MUSTER_ASSIGN(auto terms, parse_list(listed, text.*listed.list, budget));
    if (listed.any && terms.size() > 1) {
      auto one_of = std::make_unique<OrTerm>(std::move(terms));
      terms.clear();
      terms.push_back(std::move(one_of));
    }
    for (auto& term : terms) {
      term->add_needs(out.impl_->needs);
      out.impl_->terms.push_back({listed.option, std::move(term)});
    }
  }
  return out;
}

bool Filter::matches(const Subject& subject) const {
  return std::all_of(impl_->terms.begin(), impl_->terms.end(), [&](const auto& typed) {
    return typed.term->evaluate(subject) == Truth::yes;
  });
}

Explanation Filter::explain(const Subject& subject) const {
  Explanation out{"all of", {}, Truth::yes, {}, false, Explanation::Kind::all, {}};
  for (const auto& [option, term] : impl_->terms) {
    out.parts.push_back(term->explain(subject));
    out.parts.back().option = option;
    // A broken expression is false; only inside it does it matter which.
    if (out.parts.back().answer != Truth::yes) out.answer = Truth::no;
  }
  mark_decided(out);
  return out;
}

bool Filter::empty() const {
  return impl_->text.empty();
}

bool Filter::identities_only() const {
  const auto& identities = impl_->text.identities;
  Text rest = impl_->text;
  rest.identities.clear();
  return !identities.empty() && rest.empty() &&
         std::none_of(identities.begin(), identities.end(),
                      [](const std::string& identity) { return identity.starts_with('/'); });
}

const Text& Filter::text() const {
  return impl_->text;
}

std::vector<std::string> Filter::fact_paths() const {
  return {impl_->needs.facts.begin(), impl_->needs.facts.end()};
}

std::vector<Lookup> Filter::lookups() const {
  std::vector<Lookup> lookups;
  for (const auto& typed : impl_->terms) typed.term->add_lookups(lookups);
  return lookups;
}

bool Filter::needs_classes() const {
  return impl_->needs.classes;
}
bool Filter::needs_data_plugins() const {
  return !impl_->needs.data.empty();
}
std::vector<std::string> Filter::data_plugins() const {
  return {impl_->needs.data.begin(), impl_->needs.data.end()};
}

}  // namespace muster::filter
