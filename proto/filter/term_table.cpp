#include "proto/filter/term_table.hpp"

#include "proto/filter/agent_term.hpp"
#include "proto/filter/class_term.hpp"
#include "proto/filter/compound.hpp"
#include "proto/filter/data_term.hpp"
#include "proto/filter/fact_term.hpp"
#include "proto/filter/identity_term.hpp"
#include "proto/filter/version_term.hpp"

namespace muster::filter {
namespace {

bool begins_class_regex(Scanner ahead) {
  return ahead.rest().starts_with('/');
}

bool begins_data(Scanner ahead) {
  return !ahead.name().empty() && ahead.take("(");
}

bool begins_fact(Scanner ahead) {
  if (ahead.name().empty()) return false;
  ahead.skip_spaces();
  return operator_at(ahead.rest()) != nullptr;
}

bool begins_class(Scanner ahead) {
  return !ahead.name().empty();
}

constexpr std::array kCompoundTerms{CompoundTerm{"class", begins_class_regex, parse_class_regex},
                                    CompoundTerm{"version", begins_version, parse_version},
                                    CompoundTerm{"data function", begins_data, parse_data},
                                    CompoundTerm{"fact", begins_fact, parse_fact},
                                    CompoundTerm{"class", begins_class, parse_class}};

constexpr std::array kListedTerms{ListedTerm{"-F", &Text::facts, parse_whole_fact, false},
                                  ListedTerm{"-C", &Text::classes, parse_whole_class, false},
                                  ListedTerm{"-A", &Text::agents, parse_whole_agent, false},
                                  ListedTerm{"-I", &Text::identities, parse_whole_identity, true},
                                  ListedTerm{"-S", &Text::compounds, parse_compound, false}};

}  // namespace

const Vocabulary& compound_vocabulary() {
  static constexpr Vocabulary kVocabulary{kCompoundTerms, "a fact, class, data function"};
  return kVocabulary;
}
std::span<const ListedTerm> listed_terms() {
  return kListedTerms;
}

}  // namespace muster::filter
