#include "orchestrator/provision/live/announcements.hpp"

#include <utility>

#include "proto/transport/topics.hpp"

namespace muster::provision {

void Announcements::push(transport::Message message) {
  const std::string sender(transport::topics::writer(message.topic));
  const auto bytes = message.topic.size() + message.payload.size();
  const auto pushed = queue_.push(sender, std::move(message), bytes);
  if (pushed.lost) drops_.note(*pushed.lost);
  ask_for_turn();
}

// One task on the loop at a time: what else happens there has its turn between two announcements.
void Announcements::ask_for_turn() {
  if (asked_.exchange(true)) return;
  if (!poster_->post([self = shared_from_this()] { self->take_turn(); })) asked_ = false;
}

void Announcements::take_turn() {
  asked_ = false;
  drops_.tell();
  if (in_hand_) return;
  auto message = queue_.pop_for(std::chrono::milliseconds(0));
  if (!message) return;
  in_hand_ = true;
  take_(*std::move(message), [self = shared_from_this()] {
    self->in_hand_ = false;
    self->ask_for_turn();
  });
}

}  // namespace muster::provision
