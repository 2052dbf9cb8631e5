// MCollective's filters: -F facts, -C classes, -A agents, -I identities, -W both, -S compound.
// Parsed once, evaluated on the node, or on the client against presence.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::v1 {
class Filter;
}

namespace muster::filter {

inline constexpr std::size_t kExpressionMaxBytes = 8'192;  // one expression
inline constexpr int kDepthMax = 50;                       // nested parentheses and nots
inline constexpr std::size_t kTermsMax = 500;              // in one filter
inline constexpr std::size_t kRegexesMax = 32;  // in one filter; each may take kRegexMaxMemoryBytes

// Answers the data functions of compound filters: fstat('/etc/hosts').md5 = …. Thread-safe.
class DataSource {
 public:
  virtual ~DataSource() = default;
  // The output fields of plugin `name` for `argument`, a map. An error (no such plugin, not active
  // here, it failed) makes the whole expression false.
  virtual Result<Value> query(std::string_view name,
                              const std::optional<std::string>& argument) const = 0;
};

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

// What a filter is asked about. Pointers are borrowed for the call.
struct Subject {
  std::string_view identity = {};
  const Value* facts = nullptr;  // a map; nested facts by dotted path
  const std::vector<std::string>* classes = nullptr;
  const std::vector<std::string>* agents = nullptr;
  const DataSource* data = nullptr;  // without one, an expression with a data function is false
};

// As typed. An empty text filter matches every node.
//
// docs/FILTERS.md is the reference. A fact: NAME OP VALUE, OP one of = == != =~ < <= =< > >= =>.
// VALUE /re/ or /re/i after = or != is a regular expression, searched anywhere. < and > compare two
// numbers as numbers; all else is text, with regard to case. A list holds if any element does, a
// map if any key does; an absent fact holds for no operator, not even !=.
//
// A compound: facts, class names, /class re/ and data functions, name('argument').field OP VALUE,
// joined by "and", "or", "not" or "!", and parentheses. "not" binds closest, then "and", then "or".
// Values with spaces or parentheses stand in quotes.
struct Text {
  std::vector<std::string> facts = {};       // "country=de", "os.family=~/deb/i": AND
  std::vector<std::string> classes = {};     // name or /regex/: AND
  std::vector<std::string> agents = {};      // name or /regex/: AND
  std::vector<std::string> identities = {};  // name or /regex/: OR
  std::vector<std::string> compounds = {};   // AND
  bool empty() const;
};

class Term;  // one file a term

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
  // Sorted, each once. Whoever waits for the answers adds up these plugins' timeouts.
  std::vector<std::string> data_plugins() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// -W "country=de /web/ …": each space-separated part that reads as a fact expression is one, else a
// class.
Result<Text> parse_with(std::string_view words);

void to_wire(const Text& text, v1::Filter& out);
Text from_wire(const v1::Filter& in);
// Whether it chooses among the nodes that run an agent: agents alone choose nobody, for a request for
// an agent goes to all that run it anyway.
bool chooses_nodes(const v1::Filter& filter);

// "and", "or" or "not": such a word joins terms, and is the name of none.
bool is_operator_word(std::string_view word);

// A fact by dotted path ("os.release.major", "mounts.0"); null when absent. An exact key with dots
// wins.
const Value* find_fact(const Value& facts, std::string_view path);

}  // namespace muster::filter
