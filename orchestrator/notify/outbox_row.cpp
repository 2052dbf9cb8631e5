#include "orchestrator/notify/outbox_row.hpp"

#include <array>

namespace muster::notify {
namespace {

constexpr std::array<std::string_view, 4> kStateNames{"waiting", "sent", "failed", "superseded"};

}  // namespace

std::string_view name_of(State state) {
  return kStateNames.at(static_cast<std::size_t>(state));
}

State state_from(std::string_view name) {
  for (std::size_t i = 0; i < kStateNames.size(); ++i)
    if (kStateNames.at(i) == name) return static_cast<State>(i);
  return State::waiting;
}

}  // namespace muster::notify
