#include "orchestrator/admission/turns.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace muster::admission {

std::vector<std::string> in_turn(std::vector<InTurn> waiting, UnderWay under_way,
                                 std::size_t places) {
  std::map<std::string, std::vector<InTurn>> lines;  // who waited longest is the last
  std::sort(waiting.begin(), waiting.end(), [](const InTurn& one, const InTurn& other) {
    return std::tie(one.since_ms, one.identity) > std::tie(other.since_ms, other.identity);
  });
  for (auto& one : waiting) lines[one.line].push_back(std::move(one));
  std::set<std::tuple<std::size_t, std::int64_t, std::string>> next;  // fewest, longest, line
  const auto enter = [&](const std::string& line) {
    if (const auto& its = lines[line]; !its.empty())
      next.emplace(under_way[line], its.back().since_ms, line);
  };
  for (const auto& [line, its] : lines) enter(line);
  std::vector<std::string> chosen;
  while (chosen.size() < places && !next.empty()) {
    const auto line = std::get<2>(next.extract(next.begin()).value());
    chosen.push_back(std::move(lines[line].back().identity));
    lines[line].pop_back();
    ++under_way[line];
    enter(line);
  }
  return chosen;
}

}  // namespace muster::admission
