// A node of the tree that a filter becomes: one file a kind of term.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "proto/filter/explanation.hpp"
#include "proto/filter/lookup.hpp"
#include "proto/filter/subject.hpp"

namespace muster::filter {

struct Needs {
  std::set<std::string> facts;
  bool classes = false;
  std::set<std::string> data;  // plugins
};

// Immutable, thread-safe.
class Term {
 public:
  virtual ~Term() = default;
  virtual Truth evaluate(const Subject& subject) const = 0;
  // As a compound expression that reads back as this term.
  virtual std::string printed() const = 0;
  // As evaluate(), with the reason. Only a term that has others overrides it.
  virtual Explanation explain(const Subject& subject) const {
    return {printed(), {}, evaluate(subject), found(subject), false, Explanation::Kind::term, {}};
  }
  // What stood there, for people.
  virtual std::string found(const Subject&) const { return {}; }
  virtual void add_needs(Needs&) const {}
  // Adds what each node has for which this is true. Nothing where that cannot be looked up.
  virtual void add_lookups(std::vector<Lookup>&) const {}
};

using TermPtr = std::unique_ptr<const Term>;

}  // namespace muster::filter
