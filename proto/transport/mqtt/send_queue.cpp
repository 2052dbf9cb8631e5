#include "proto/transport/mqtt/send_queue.hpp"

#include <utility>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::transport::mqtt {

Result<Outgoing> SendQueue::put(std::string_view topic, std::string payload,
                                PublishOptions options) {
  const base::Locked waiting(waiting_);
  const auto bytes = topic.size() + payload.size();
  const auto count = waiting->messages.size();
  if (count >= kOutgoingQueueMax || waiting->bytes + bytes > kOutgoingBytesMax)
    return fail(Errc::limit,
                "cannot send to '" + std::string(topic) + "': " + std::to_string(count) +
                    " messages (" + std::to_string(waiting->bytes / 1024) +
                    " KiB) wait for the broker's acknowledgement already; send more slowly");
  Outgoing message{++waiting->last, std::make_shared<const std::string>(topic),
                   std::make_shared<const std::string>(std::move(payload)), std::move(options)};
  waiting->bytes += bytes;
  waiting->messages.emplace(message.number, message);
  return message;
}

std::optional<Outgoing> SendQueue::done(std::uint64_t number) {
  std::optional<Outgoing> message;
  {
    const base::Locked waiting(waiting_);
    const auto found = waiting->messages.find(number);
    if (found == waiting->messages.end()) return std::nullopt;
    message = std::move(found->second);
    waiting->bytes -= message->topic->size() + message->payload->size();
    waiting->messages.erase(found);
  }
  progress_.notify_all();
  return message;
}

std::vector<Outgoing> SendQueue::unacknowledged() {
  std::vector<Outgoing> again;
  {
    const base::Locked waiting(waiting_);
    auto& messages = waiting->messages;
    for (auto at = messages.begin(); at != messages.end();) {
      if (at->second.options.qos != Qos::at_most_once) {
        again.push_back((at++)->second);
        continue;
      }
      waiting->bytes -= at->second.topic->size() + at->second.payload->size();
      at = messages.erase(at);
    }
  }
  progress_.notify_all();
  return again;
}

bool SendQueue::wait_done(std::chrono::milliseconds timeout) {
  base::Locked waiting(waiting_);
  const auto& messages = waiting->messages;
  const auto last = waiting->last;
  return waiting.wait_for(progress_, timeout,
                          [&] { return messages.empty() || messages.begin()->first > last; });
}

std::size_t SendQueue::size() const {
  return base::Locked(waiting_)->messages.size();
}

}  // namespace muster::transport::mqtt
