// The condition `args:` of a policy line: which arguments a request may, or must, carry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/filter.hpp"

namespace muster::policy {

// Words separated by spaces, all of which must hold:
//
//   NAME          the argument is there, with whatever value
//   !NAME         it is not there
//   NAME=VALUE    it is there and compares so; the operators and regular expressions are those of
//                 facts (docs/FILTERS.md). A list or map is compared as its JSON without blanks. '^' and '$'
//                 are the ends of the argument, and of a line in it: see hold()
//   *             alone: any arguments, or none; it names all of them
//
// Immutable.
class Arguments {
 public:
  // Errc::config when a word is none of these.
  static Result<Arguments> parse(std::string_view text);

  // `arguments`: a map; anything else carries none. `allow`: whose words they are, an allow line's or a
  // deny's. A regular expression may be read for the whole argument and for each line of it: an allow
  // holds by both readings only, or a second line would pass unseen, and a deny by either.
  bool hold(const Value& arguments, bool allow) const;
  // Whether a word speaks of this argument's presence. A guarded argument is allowed by no line that
  // does not name it.
  bool names(std::string_view argument) const;
  // Those that are named, for checking them against an agent's description.
  std::vector<std::string> named() const;

 private:
  struct Word {
    std::string name;
    bool absent = false;
    filter::Filter compares;  // empty: presence is enough
    filter::Filter whole;     // the same, read for the whole argument; empty: no regular expression
  };
  static Result<Word> parse_word(const std::string& text);
  static bool holds(const Word& word, const Value& arguments, bool allow);

  bool any_ = false;
  std::vector<Word> words_;
};

}  // namespace muster::policy
