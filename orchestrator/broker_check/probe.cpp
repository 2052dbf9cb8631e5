#include "orchestrator/broker_check/probe.hpp"

#include <algorithm>

#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"

namespace muster::broker_check {
namespace {

bool contains(const std::vector<transport::Message>& heard, const std::string& topic,
              std::string_view payload) {
  return std::any_of(heard.begin(), heard.end(), [&](const auto& each) {
    return each.topic == topic && each.payload == payload;
  });
}

}  // namespace

Result<std::unique_ptr<Probe>> Probe::open(transport::mqtt::Options options) {
  if (options.client_id.empty()) options.client_id = base::random_id();
  auto probe = std::make_unique<Probe>();
  MUSTER_ASSIGN(probe->bus_, transport::mqtt::connect(options, {}));
  return probe;
}

Status Probe::listen(const std::string& filter) {
  MUSTER_ASSIGN(
      subscriptions_[filter],
      bus_->subscribe(filter, transport::Qos::at_least_once, [this](transport::Message message) {
        base::Locked(heard_)->push_back(std::move(message));
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

bool Probe::hears(const std::string& topic, std::string_view payload) const {
  base::Locked heard(heard_);
  return heard.wait_for(came_, kProbePatience, [&] { return contains(*heard, topic, payload); });
}

bool Probe::has_heard(const std::string& topic, std::string_view payload) const {
  return contains(*base::Locked(heard_), topic, payload);
}

std::vector<transport::Message> Probe::heard() const {
  return *base::Locked(heard_);
}

void Probe::forget() {
  base::Locked(heard_)->clear();
}

Result<bool> reaches(Probe& from, const std::string& topic, Probe& to, Probe& echoer,
                     const std::string& echo) {
  const auto mark = base::random_id();
  // A broker may end the link of who says what it may not: that too is a message that reached nobody.
  if (!from.say(topic, "probe " + mark)) return false;
  MUSTER_TRY(echoer.say(echo, "echo " + mark));
  if (!to.hears(echo, "echo " + mark))
    return fail(Errc::timeout, "nothing arrived on " + base::quoted(echo));
  return to.has_heard(topic, "probe " + mark);
}

}  // namespace muster::broker_check
