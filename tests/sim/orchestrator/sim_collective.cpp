#include "tests/sim/orchestrator/sim_collective.hpp"

#include <algorithm>

#include "orchestrator/client/record_codec.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;

SimCollective::SimCollective(BusMember& bus, Presences& presences, Heard heard)
    : bus_(bus), presences_(presences), heard_(std::move(heard)) {
  bus.listen(topics::provision_record(bus.site().collective, "+"),
             [this](const transport::Message& message) { hear(message); });
  bus.on_gap({.begin =
                  [this] {
                    for (const auto& [identity, record] : records_) unseen_.insert(identity);
                  },
              .end =
                  [this] {
                    for (const auto& identity : std::exchange(unseen_, {})) drop(identity);
                  }});
}

std::shared_ptr<const Value> SimCollective::member(const std::string& identity) const {
  const auto* member = presences_.find(identity);
  return member == nullptr ? nullptr : std::make_shared<const Value>(member->facts);
}

std::optional<client::Record> SimCollective::record(const std::string& identity) const {
  const auto found = records_.find(identity);
  return found == records_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t SimCollective::count(std::string_view state) const {
  return static_cast<std::size_t>(
      std::count_if(records_.begin(), records_.end(),
                    [&](const auto& one) { return one.second.state == state; }));
}

void SimCollective::keep(const client::Record& record) {
  unseen_.erase(record.identity);
  records_[record.identity] = record;
}

void SimCollective::drop(const std::string& identity) {
  records_.erase(identity);
}

void SimCollective::publish(const client::Record& record) {
  keep(record);
  bus_.around().trace.line(bus_.name(),
                           "records " + record.identity + " " + record.state + " " + record.step);
  const auto sent = bus_.publish_sealed(
      envelope::Kind::provision_record, record.encode(),
      topics::provision_record(bus_.site().collective, record.identity), {.retain = true});
  if (!sent) bus_.around().trace.line(bus_.name(), "cannot tell it: " + sent.error().message);
}

loop::Task<Status> SimCollective::forget(std::string identity) {
  drop(identity);
  co_return bus_.publish(topics::provision_record(bus_.site().collective, identity), "",
                         {.retain = true});
}

void SimCollective::hear(const transport::Message& message) {
  const std::string identity(topics::last_level(message.topic));
  unseen_.erase(identity);
  if (message.payload.empty()) return drop(identity);
  const auto heard = client::read_record(message.topic, message.payload, bus_.operators());
  if (!heard) return;
  const auto known = records_.find(identity);
  // What comes back of our own is older than what we have said since.
  if (known == records_.end() || heard->updated_at_ms > known->second.updated_at_ms) keep(*heard);
  heard_(*heard);
}

}  // namespace muster::sim
