#include "orchestrator/provision/live/live_world.hpp"

#include <fmt/format.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/loop/elsewhere.hpp"
#include "proto/messages/event.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

// No identity holds a '/'.
std::string name_of(const std::string& identity, const std::string& job) {
  return identity + "/" + job;
}

tl::unexpected<Error> stopping() {
  return fail(Errc::unavailable, "the orchestrator is stopping");
}

}  // namespace

LiveWorld::LiveWorld(Parts parts, Notify notify)
    : parts_(parts),
      notify_(std::move(notify)),
      members_(parts.waits),
      jobs_(parts.waits),
      heard_events_(parts.waits) {
  event_watch_ =
      std::make_shared<EventWatch>(parts.link, [this](const client::LifecycleEvent& event) {
        const auto at_ms = event_counts_at(event.at_ms, unix_ms());
        if (!at_ms) {
          log::warning("an event from the future does not count; look at the clock of who told it",
                       {{"event", event.type}, {"about", event.identity}, {"by", event.signer}});
          return;
        }
        const bool posted =
            parts_.poster.post([this, type = event.type, about = event.identity, at_ms = *at_ms] {
              heard_events_.heard(type, about, at_ms);
            });
        if (!posted)
          log::warning("the loop has too much to do; a step that waits for an event misses it",
                       {{"event", event.type}, {"about", event.identity}});
      });
}

LiveWorld::~LiveWorld() {
  event_watch_->close();
  heard_.end();
  if (events_) events_->stop();
}

Status LiveWorld::start() {
  lost_ = parts_.link.on_lost().add([count = cut_off_] { ++*count; });
  constexpr base::FairLimits kJobQueue{.items = 10'000,
                                       .per_sender = 100,
                                       .bytes = std::size_t{64} << 20U,
                                       .bytes_per_sender = std::size_t{2} << 20U};
  events_ = std::make_shared<client::Worker<transport::Message>>(
      "job events", kJobQueue, [this](const transport::Message& message) { hear_event(message); });
  MUSTER_ASSIGN(heard_,
                parts_.link.bus().subscribe(
                    transport::topics::event(parts_.link.collective(), "job", "+"),
                    transport::Qos::at_least_once, [events = events_](transport::Message message) {
                      client::post_message(*events, std::move(message));
                    }));
  return {};
}

// On the thread of the events. A hint that is lost costs seconds, not correctness.
void LiveWorld::hear_event(const transport::Message& message) {
  if (message.retained) return;  // no event is
  const auto opened =
      client::open_from_node(parts_.link, message.topic, message.payload, envelope::Kind::event);
  if (!opened) return;
  const auto event = messages::Event::decode(opened->body);
  if (!event) return;
  const bool posted =
      parts_.poster.post([this, identity = opened->signer,
                          job = client::text_at(event->data, "job")] { job_ended(identity, job); });
  if (!posted) log::warning("the loop has too much to do; the end of a job is seen later");
}

void LiveWorld::job_ended(const std::string& identity, const std::string& job) {
  if (ended_in_order_.size() >= kJobEventsKept) {
    ended_.erase(ended_in_order_.front());
    ended_in_order_.pop_front();
  }
  if (ended_.emplace(identity, job).second) ended_in_order_.emplace_back(identity, job);
  jobs_.ring(name_of(identity, job));
}

loop::Task<Result<Value>> LiveWorld::call(std::string identity,
                                          std::optional<client::JoinAddress> join,
                                          Question question) {
  auto asked = parts_.asker.ask_each({std::move(identity)}, std::move(join), std::move(question));
  auto replies = co_await asked;
  co_return std::move(replies.front());
}

loop::Task<std::vector<Result<Value>>> LiveWorld::call_masters(std::vector<std::string> identities,
                                                               Question question) {
  return parts_.asker.ask_each(std::move(identities), std::nullopt, std::move(question));
}

std::vector<FoundMember> LiveWorld::discover(const filter::Filter& filter) {
  std::vector<FoundMember> found;
  for (const auto& member : parts_.fleet.matching(filter))
    found.push_back(
        {member->identity, member->address, std::shared_ptr<const Value>(member, &member->facts)});
  return found;
}

std::string LiveWorld::member_ca(const std::string& identity) {
  const auto member = parts_.fleet.find(identity);
  return member ? member->ca_fingerprint : "";
}

loop::Task<Status> LiveWorld::wait_member(std::string identity, std::chrono::milliseconds timeout) {
  const auto& clock = parts_.link.clock();
  const auto until = clock.steady() + timeout;
  for (auto now = clock.steady(); now < until; now = clock.steady()) {
    if (parts_.fleet.find(identity)) co_return Status{};
    auto came = members_.heard(identity, std::chrono::ceil<std::chrono::milliseconds>(until - now));
    const auto woken = co_await came;
    if (woken == loop::Woken::stopped) co_return stopping();
  }
  const auto why = parts_.fleet.last_refusal();
  co_return fail(
      Errc::timeout,
      fmt::format("{} did not come back with its certificate within {} s{}{}", identity,
                  timeout.count() / 1000, why.empty() ? "" : "; last presence refused: ", why));
}

loop::Task<bool> LiveWorld::wait_job(std::string identity, std::string job,
                                     std::chrono::milliseconds patience) {
  bool stopped = parts_.waits.stopping();
  if (!stopped && !ended_.contains({identity, job})) {
    auto ended = jobs_.heard(name_of(identity, job), patience);
    stopped = co_await ended == loop::Woken::stopped;
  }
  if (ended_.erase({identity, job}) > 0) std::erase(ended_in_order_, Job(identity, job));
  co_return !stopped;
}

loop::Task<Status> LiveWorld::wait_event(std::string type, std::string identity,
                                         std::int64_t since_ms, std::chrono::milliseconds timeout) {
  if (!listened_.contains(type)) {
    auto listening =
        loop::on_executor<Status>(parts_.executor, parts_.waits,
                                  [watch = event_watch_, type] { return watch->listen(type); });
    MUSTER_CO_TRY(co_await listening);
    listened_.insert(type);
  }
  auto waiting = heard_events_.wait(std::move(type), std::move(identity), since_ms, timeout);
  co_return co_await waiting;
}

loop::Task<bool> LiveWorld::sleep(std::chrono::milliseconds time) {
  loop::Wait wait(parts_.waits);
  co_return co_await wait.until(time) != loop::Woken::stopped;
}

loop::Task<Status> LiveWorld::ban(std::string identity, std::string reason, std::string by) {
  return loop::on_executor<Status>(parts_.executor, parts_.waits,
                                   [&bans = parts_.bans, identity, reason, by]() -> Status {
                                     const auto done = bans.ban(identity, reason, by);
                                     return done ? Status{} : Status(fail(done.error()));
                                   });
}

loop::Task<Status> LiveWorld::notify(client::Record record) {
  return loop::on_executor<Status>(
      parts_.executor, parts_.waits,
      [notify = notify_, record = std::move(record)] { return notify(record); });
}

std::int64_t LiveWorld::unix_ms() {
  return parts_.link.clock().unix_ms();
}

}  // namespace muster::provision
