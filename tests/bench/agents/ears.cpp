#include "tests/bench/agents/ears.hpp"

#include "proto/transport/topics.hpp"

namespace muster::bench {

namespace topics = transport::topics;
constexpr auto kQos = transport::Qos::at_least_once;

Status Ears::listen(client::Link& link) {
  answers_to_ = topics::reply_prefix(link.collective(), link.caller(), "bench") + "/";
  MUSTER_ASSIGN(presence_subscription_,
                link.bus().subscribe(topics::presence(link.collective(), "+"), kQos,
                                     [this](const auto& message) { hear(message, true); }));
  MUSTER_ASSIGN(answers_subscription_,
                link.bus().subscribe(answers_to_ + "+", kQos,
                                     [this](const auto& message) { hear(message, false); }));
  return {};
}

void Ears::hear(const transport::Message& message, bool presence) {
  const std::lock_guard lock(mutex_);
  const std::string name(topics::last_level(message.topic));
  if (!presence)
    ++answers_;
  else if (message.payload.empty())
    present_.erase(name);
  else
    present_.insert(name);
  changed_.notify_all();
}

std::size_t Ears::present() const {
  const std::lock_guard lock(mutex_);
  return present_.size();
}

bool Ears::wait_present(std::size_t nodes, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return present_.size() >= nodes; });
}

bool Ears::wait_present(const std::string& identity, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return present_.contains(identity); });
}

void Ears::forget_answers() {
  const std::lock_guard lock(mutex_);
  answers_ = 0;
}

void Ears::forget_presence() {
  const std::lock_guard lock(mutex_);
  present_.clear();
}

bool Ears::wait_answers(std::size_t answers, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return answers_ >= answers; });
}

}  // namespace muster::bench
