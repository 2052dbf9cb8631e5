// A filter as it is typed, and as it travels: what a request carries, an approval is of and a command line reads. What it
// means is proto/filter/filter.hpp's to say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::filter {

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

// -W "country=de /web/ …": each space-separated part that reads as a fact expression is one, else a
// class.
Result<Text> parse_with(std::string_view words);

// Whether it chooses among the nodes that run an agent: agents alone choose nobody, for a request for
// an agent goes to all that run it anyway.
bool chooses_nodes(const Text& filter);

// "and", "or" or "not": such a word joins terms, and is the name of none.
bool is_operator_word(std::string_view word);

}  // namespace muster::filter
