#include "orchestrator/provision/live/event_watch.hpp"

#include <utility>

namespace muster::provision {

Status EventWatch::listen(const std::string& type) {
  const base::Locked state(state_);
  if (state->is_closed) return fail(Errc::unavailable, "the orchestrator is stopping");
  if (state->by_type.contains(type)) return {};
  MUSTER_ASSIGN(auto events, client::Events::watch(link_, on_event_, type));
  state->by_type.emplace(type, std::move(events));
  return {};
}

void EventWatch::close() {
  decltype(State::by_type) ending;
  {
    const base::Locked state(state_);
    state->is_closed = true;
    ending.swap(state->by_type);
  }
}

}  // namespace muster::provision
