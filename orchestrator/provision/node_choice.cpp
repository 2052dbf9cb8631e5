#include "orchestrator/provision/node_choice.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include "orchestrator/provision/master_choice.hpp"

namespace muster::provision {
namespace {

// FNV-1a: the same in every process. Nobody gains by guessing it.
std::uint64_t order_of(std::string_view node, std::string_view candidate) {
  constexpr std::uint64_t kOffset = 14695981039346656037ULL;
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  auto hash = kOffset;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    hash *= kPrime;
  };
  add(node);
  add(candidate);
  return hash;
}

struct Ranked {
  std::vector<bool> far;  // by fact: false goes first
  std::uint64_t order = 0;
  FoundMember found;
};

}  // namespace

std::vector<FoundMember> choose_nodes(const std::string& node, const Value& node_facts,
                                      std::vector<FoundMember> found,
                                      const std::vector<std::string>& priority, std::size_t most) {
  std::vector<Ranked> ranked;
  for (auto& each : found) {
    if (each.identity == node) continue;
    std::vector<bool> far;
    for (const auto& fact : priority) far.push_back(!shares_fact(node_facts, *each.facts, fact));
    const auto order = order_of(node, each.identity);
    ranked.push_back({std::move(far), order, std::move(each)});
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(a.far, a.order, a.found.identity) < std::tie(b.far, b.order, b.found.identity);
  });
  std::vector<FoundMember> chosen;
  for (auto& each : ranked)
    if (chosen.size() < most) chosen.push_back(std::move(each.found));
  return chosen;
}

}  // namespace muster::provision
