// What a term answers, and why a whole filter said what it said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::filter {

// `broken`: a data plugin could not answer, or not what can be compared. It spreads to the whole
// expression, which is then false, so that "not" cannot turn a missing answer into a match.
enum class Truth { no, yes, broken };
inline Truth truth(bool yes) {
  return yes ? Truth::yes : Truth::no;
}
std::string_view name_of(Truth truth);  // "yes", "no", "no answer"

// Why a filter said what it said: a tree as the filter is one.
struct Explanation {
  enum class Kind { term, all, any, inverse };  // the others: of all, any or the one of its parts
  std::string term;                             // as a compound would say it
  std::string option;                           // "-F" where one begins, else empty
  Truth answer = Truth::no;
  std::string found;     // of a term: what stood there ("\"de\"", "absent"); untrusted, not cut
  bool decided = false;  // without it the whole answer might have been another
  Kind kind = Kind::term;
  std::vector<Explanation> parts = {};
};

}  // namespace muster::filter
