#include "orchestrator/broker_check/probe.hpp"

#include <algorithm>

#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"

namespace muster::broker_check {

Result<std::unique_ptr<Probe>> Probe::open(transport::mqtt::Options options) {
  if (options.client_id.empty()) options.client_id = base::random_id();
  auto probe = std::make_unique<Probe>();
  MUSTER_ASSIGN(probe->bus_, transport::mqtt::connect(options, {}));
  return probe;
}

Status Probe::listen(const std::string& filter) {
  MUSTER_ASSIGN(subscriptions_[filter], bus_->subscribe(filter, transport::Qos::at_least_once,
                                                        [this](transport::Message message) {
                                                          {
                                                            const std::lock_guard lock(mutex_);
                                                            heard_.push_back(std::move(message));
                                                          }
                                                          came_.notify_all();
                                                        }));
  return {};
}

void Probe::deafen(const std::string& filter) {
  subscriptions_.erase(filter);
}

Status Probe::queue(const std::string& topic, std::string payload,
                    transport::PublishOptions options) {
  return bus_->publish(topic, std::move(payload), options);
}

Status Probe::flush() {
  return bus_->flush(kProbePatience);
}

Status Probe::say(const std::string& topic, std::string payload,
                  transport::PublishOptions options) {
  MUSTER_TRY(queue(topic, std::move(payload), options));
  return flush();
}

bool Probe::contains(const std::string& topic, std::string_view payload) const {
  return std::any_of(heard_.begin(), heard_.end(), [&](const auto& each) {
    return each.topic == topic && each.payload == payload;
  });
}

bool Probe::hears(const std::string& topic, std::string_view payload) const {
  std::unique_lock lock(mutex_);
  return came_.wait_for(lock, kProbePatience, [&] { return contains(topic, payload); });
}

bool Probe::has_heard(const std::string& topic, std::string_view payload) const {
  const std::lock_guard lock(mutex_);
  return contains(topic, payload);
}

std::vector<transport::Message> Probe::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

void Probe::forget() {
  const std::lock_guard lock(mutex_);
  heard_.clear();
}

Result<bool> reaches(Probe& from, const std::string& topic, Probe& to, Probe& fencer,
                     const std::string& fence) {
  const auto mark = base::random_id();
  // A broker may end the link of who says what it may not: that too is a message that reached nobody.
  if (!from.say(topic, "probe " + mark)) return false;
  MUSTER_TRY(fencer.say(fence, "fence " + mark));
  if (!to.hears(fence, "fence " + mark))
    return fail(Errc::timeout, "nothing arrived on " + base::quoted(fence));
  return to.has_heard(topic, "probe " + mark);
}

}  // namespace muster::broker_check
