#include "orchestrator/admission/master_load.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace muster::admission {
namespace {

constexpr double kBusyFrom = 1;
constexpr double kOverloadedFrom = 2;

}  // namespace

int load_class(double claimed) {
  if (!std::isfinite(claimed) || claimed < 0 || claimed >= kOverloadedFrom) return 2;
  return claimed < kBusyFrom ? 0 : 1;
}

std::size_t least_loaded(const std::vector<MasterLoad>& loads) {
  const auto fewest = std::min_element(
      loads.begin(), loads.end(), [](const auto& a, const auto& b) { return a.given < b.given; });
  std::size_t best = loads.size();
  const auto rank = [&loads](std::size_t i) {
    const auto& load = loads[i];
    return std::make_tuple(load.in_flight, load_class(load.claimed), load.given, load.identity);
  };
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (loads[i].given > fewest->given + kLeadMax) continue;
    if (best == loads.size() || rank(i) < rank(best)) best = i;
  }
  return best;
}

}  // namespace muster::admission
