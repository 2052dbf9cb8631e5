#include "orchestrator/provision/live/announcements.hpp"

#include <string>

#include "proto/transport/topics.hpp"

namespace muster::provision {

void Announcements::push(transport::Message message) {
  const std::string sender(transport::topics::writer(message.topic));
  const auto bytes = message.topic.size() + message.payload.size();
  turns_->push(sender, std::move(message), bytes);
}

}  // namespace muster::provision
