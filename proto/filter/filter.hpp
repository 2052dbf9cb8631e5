// MCollective's filters: -F facts, -C classes, -A agents, -I identities, -W both, -S compound.
// Parsed once, evaluated on the node, or on the client against presence.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/filter/explanation.hpp"
#include "proto/filter/lookup.hpp"
#include "proto/filter/text.hpp"

namespace muster::filter {

inline constexpr std::size_t kExpressionMaxBytes = 8'192;  // one expression
inline constexpr int kDepthMax = 50;                       // nested parentheses and nots
inline constexpr std::size_t kTermsMax = 500;              // in one filter
inline constexpr std::size_t kRegexesMax = 32;  // in one filter; each may take kRegexMaxMemoryBytes

struct Subject;

// Immutable, thread-safe, cheap to move.
class Filter {
 public:
  // Errors show the expression and a caret under the character.
  static Result<Filter> parse(const Text& text);
  Filter();
  ~Filter();
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;

  bool matches(const Subject& subject) const;
  // As matches(), with what decided it; much slower. The root is Kind::all of what was typed.
  Explanation explain(const Subject& subject) const;
  bool empty() const;
  // Plain identities (no regex) and nothing else: such nodes are addressed directly.
  bool identities_only() const;
  const Text& text() const;
  // Names of facts it reads: tells whether presence's chosen facts can answer it.
  std::vector<std::string> fact_paths() const;
  bool needs_classes() const;
  bool needs_data_plugins() const;
  // What every node that it matches can be looked up by (proto/filter/lookup.hpp): plain agents and classes, and facts
  // that must equal a value, where all of the filter depends on them. Empty: there is no such part.
  std::vector<Lookup> lookups() const;
  // Sorted, each once. Whoever waits for the answers adds up these plugins' timeouts.
  std::vector<std::string> data_plugins() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::filter
