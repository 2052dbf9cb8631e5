#include "plugins/agents/puppetca/places.hpp"

#include <algorithm>

namespace muster::plugins::puppetca {
namespace {

// What is left of `all` beside what others have.
std::size_t left_of(std::size_t all, std::size_t taken) {
  return all > taken ? all - taken : 0;
}

}  // namespace

std::size_t Places::lend(const Wanted& wanted, std::chrono::steady_clock::time_point now) {
  const base::Locked loans(loans_);
  std::erase_if(*loans, [&](const auto& loan) { return loan.second.until <= now; });
  if (const auto known = loans->find(wanted.caller);
      known != loans->end() && wanted.asked_at_ms < known->second.asked_at_ms)
    return known->second.places;
  std::size_t lent = 0;
  std::size_t askers = wanted.more ? 1 : 0;
  for (const auto& [caller, loan] : *loans) {
    if (caller == wanted.caller) continue;
    lent += loan.taken;
    if (loan.more) ++askers;
  }
  const auto share = std::max<std::size_t>(1, wanted.most / std::max<std::size_t>(1, askers));
  const auto wished = wanted.more ? share : wanted.in_flight;
  const auto places = std::min(wished, left_of(wanted.most, lent));
  const bool is_known = loans->contains(wanted.caller);
  if (is_known || loans->size() < kBorrowersMost)
    (*loans)[wanted.caller] = {places, std::max(places, wanted.in_flight), wanted.more,
                               wanted.asked_at_ms, now + kPlacesLentFor};
  return places;
}

}  // namespace muster::plugins::puppetca
