// A node of the tree that a filter becomes: one file a kind of term.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "proto/filter/filter.hpp"

namespace muster::filter {

// `broken`: a data plugin could not answer. It spreads to the whole expression, which is then
// false, so that "not" cannot turn a missing answer into a match.
enum class Truth { no, yes, broken };
inline Truth truth(bool yes) {
  return yes ? Truth::yes : Truth::no;
}

struct Needs {
  std::set<std::string> facts;
  bool classes = false;
  bool data = false;
};

// Immutable, thread-safe.
class Term {
 public:
  virtual ~Term() = default;
  virtual Truth evaluate(const Subject& subject) const = 0;
  // As a compound expression that reads back as this term.
  virtual std::string printed() const = 0;
  virtual void add_needs(Needs&) const {}
};

using TermPtr = std::unique_ptr<const Term>;

}  // namespace muster::filter
