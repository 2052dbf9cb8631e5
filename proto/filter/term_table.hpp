// Every kind of term there is, and how each is told from the others. A new one is a file and a row
// here.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

// A term inside a compound; the first row whose begins() says yes reads it.
struct CompoundTerm {
  std::string_view kind;
  bool (*begins)(Scanner ahead);
  Result<TermPtr> (*parse)(Scanner& scanner);
};
// What the leaves of a compound may be.
struct Vocabulary {
  std::span<const CompoundTerm> terms;
  std::string_view named;  // for errors: "a fact, class or data function"
};
// Of -S.
const Vocabulary& compound_vocabulary();

// A list of Text, whose every entry is one term.
struct ListedTerm {
  std::string_view option;  // as in errors: "-F"
  std::vector<std::string> Text::*list;
  Result<TermPtr> (*parse)(Scanner& scanner);
  bool any;  // one of the list is enough
};
std::span<const ListedTerm> listed_terms();

}  // namespace muster::filter
