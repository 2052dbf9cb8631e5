#include "proto/transport/mqtt/outbox.hpp"

#include <utility>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::transport::mqtt {

Result<Outgoing> Outbox::put(std::string_view topic, std::string payload, PublishOptions options) {
  const std::lock_guard lock(mutex_);
  const auto bytes = topic.size() + payload.size();
  if (waiting_.size() >= kOutgoingQueueMax || bytes_ + bytes > kOutgoingBytesMax)
    return fail(Errc::limit,
                "cannot send to '" + std::string(topic) + "': " + std::to_string(waiting_.size()) +
                    " messages (" + std::to_string(bytes_ / 1024) +
                    " KiB) wait for the broker's acknowledgement already; send more slowly");
  Outgoing message{++last_, std::make_shared<const std::string>(topic),
                   std::make_shared<const std::string>(std::move(payload)), options};
  bytes_ += bytes;
  waiting_.emplace(message.number, message);
  return message;
}

std::shared_ptr<const std::string> Outbox::done(std::uint64_t number) {
  std::shared_ptr<const std::string> topic;
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return nullptr;
    topic = found->second.topic;
    bytes_ -= topic->size() + found->second.payload->size();
    waiting_.erase(found);
  }
  progress_.notify_all();
  return topic;
}

std::vector<Outgoing> Outbox::unacknowledged() {
  std::vector<Outgoing> again;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      if (at->second.options.qos != Qos::at_most_once) {
        again.push_back((at++)->second);
        continue;
      }
      bytes_ -= at->second.topic->size() + at->second.payload->size();
      at = waiting_.erase(at);
    }
  }
  progress_.notify_all();
  return again;
}

bool Outbox::wait_done(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto last = last_;
  return progress_.wait_for(lock, timeout,
                            [&] { return waiting_.empty() || waiting_.begin()->first > last; });
}

std::size_t Outbox::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace muster::transport::mqtt
