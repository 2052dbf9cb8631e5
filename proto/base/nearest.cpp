#include "proto/base/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace muster::base {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestWord = 64;
  if (word.size() > kLongestWord) return std::nullopt;
  const std::string* best = nullptr;
  // Any letter is one mistake away from any other.
  const bool letter = word.substr(std::min(word.find_first_not_of('-'), word.size())).size() <= 1;
  std::size_t best_distance =
      letter ? 1 : std::min<std::size_t>(3, std::max<std::size_t>(1, word.size() / 3)) + 1;
  for (const auto& each : known) {
    const auto d = distance(word, std::string_view(each).substr(0, kLongestWord));
    if (d < best_distance) {
      best_distance = d;
      best = &each;
    }
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::string hint_for(std::string_view word, const std::vector<std::string>& known) {
  if (const auto near = nearest(word, known)) return fmt::format("; did you mean '{}'?", *near);
  constexpr std::size_t kListed = 20;
  if (known.empty() || known.size() > kListed) return "";
  return fmt::format("; known: {}", fmt::join(known, ", "));
}

}  // namespace muster::base
