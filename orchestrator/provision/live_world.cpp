#include "orchestrator/provision/live_world.hpp"

#include <fmt/format.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/fields.hpp"
#include "proto/base/log.hpp"
#include "proto/messages/event.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

LiveWorld::LiveWorld(client::Link& link, client::Fleet& fleet, client::Caller& caller,
                     Masters& masters)
    : link_(link), fleet_(fleet), caller_(caller), masters_(masters) {}

LiveWorld::~LiveWorld() {
  heard_.end();
  if (events_) events_->stop();
}

Status LiveWorld::start() {
  constexpr base::FairLimits kJobQueue{.items = 10'000,
                                       .per_sender = 100,
                                       .bytes = std::size_t{64} << 20U,
                                       .bytes_per_sender = std::size_t{2} << 20U};
  events_ = std::make_shared<client::Worker<transport::Message>>(
      "job events", kJobQueue, [this](const transport::Message& message) { take_event(message); });
  MUSTER_ASSIGN(heard_,
                link_.bus().subscribe(transport::topics::event(link_.collective(), "job", "+"),
                                      transport::Qos::at_least_once,
                                      [events = events_](transport::Message message) {
                                        client::post_message(*events, std::move(message));
                                      }));
  return {};
}

void LiveWorld::take_event(const transport::Message& message) {
  if (message.retained) return;  // no event is
  const auto opened =
      client::open_from_node(link_, message.topic, message.payload, envelope::Kind::event);
  if (!opened) return;  // a lost hint costs seconds, not correctness
  const auto& identity = opened->signer;
  const auto event = messages::Event::decode(opened->body);
  if (!event) return;
  const std::lock_guard lock(mutex_);
  if (ended_jobs_.size() >= kJobEventsKept) ended_jobs_.clear();
  ended_jobs_.emplace(identity, text_at(event->data, "job"));
  changed_.notify_all();
}

void LiveWorld::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void LiveWorld::fleet_changed() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

Result<Value> LiveWorld::call(const std::string& identity, const client::JoinAddress* join,
                              const std::string& agent, const std::string& action,
                              const Value& arguments, std::chrono::milliseconds timeout) {
  return caller_.call_one(identity, join, agent, action, arguments, timeout);
}

std::vector<Result<Value>> LiveWorld::call_masters(const std::vector<std::string>& identities,
                                                   const std::string& agent,
                                                   const std::string& action,
                                                   const Value& arguments,
                                                   std::chrono::milliseconds timeout) {
  return caller_.call_each(identities, agent, action, arguments, timeout);
}

std::string LiveWorld::member_ca(const std::string& identity) {
  const auto member = fleet_.find(identity);
  return member ? member->ca_fingerprint : "";
}

Status LiveWorld::wait_member(const std::string& identity, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const bool came = changed_.wait_for(
      lock, timeout, [&] { return stopping_ || fleet_.find(identity).has_value(); });
  if (came && !stopping_) return {};
  if (stopping_) return fail(Errc::unavailable, "the orchestrator is stopping");
  auto why = fleet_.last_refusal();
  return fail(
      Errc::timeout,
      fmt::format("{} did not come back with its certificate within {} s{}{}", identity,
                  timeout.count() / 1000, why.empty() ? "" : "; last presence refused: ", why));
}

bool LiveWorld::wait_job(const std::string& identity, const std::string& job,
                         std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] {
    return stopping_ || ended_jobs_.count({identity, job}) > 0;
  });
  ended_jobs_.erase({identity, job});
  return !stopping_;
}

bool LiveWorld::sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stopping_; });
}

std::int64_t LiveWorld::unix_ms() {
  return link_.clock().unix_ms();
}

}  // namespace muster::provision
