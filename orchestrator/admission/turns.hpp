// Whose turn it is to be provisioned, where more wait than are provisioned at once. Pure: nothing here
// reads a clock or the bus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace muster::admission {

// A node whose time has come.
struct InTurn {
  std::string identity;
  std::string line;           // the id of its join token; of members empty
  std::int64_t since_ms = 0;  // when its time came, by any clock that never goes back
};

// Each place goes to the line that has the fewest under way, and in a line to who waited longest: who holds one token, and
// announces as many names as it lets it, keeps only itself waiting. However many wait, each call takes about as long.
class Turns {
 public:
  // It waits now. One that waits already, waits as `one` says from now on.
  void enter(InTurn one);
  // Nothing happens when it does not wait.
  void leave(const std::string& identity);
  // One of that line is provisioned from now on; no more.
  void begun(const std::string& line);
  void ended(const std::string& line);
  // Who is next; nothing: nobody waits.
  std::optional<std::string> first() const;

 private:
  struct Line {
    std::set<std::pair<std::int64_t, std::string>> waiting;  // since when, who
    std::size_t under_way = 0;
  };
  using Lines = std::map<std::string, Line>;
  void put_into_order(const Lines::iterator& line);
  void take_out_of_order(const Lines::iterator& line);

  Lines lines_;
  std::map<std::string, std::pair<std::string, std::int64_t>> waiting_;  // who: line, since when
  // Fewest under way, longest waiting, line: those in which somebody waits.
  std::set<std::tuple<std::size_t, std::int64_t, std::string>> order_;
};

}  // namespace muster::admission
