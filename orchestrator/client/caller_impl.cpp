#include "orchestrator/client/caller_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/request.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

namespace topics = transport::topics;

namespace {

constexpr std::chrono::milliseconds kRoomPatience{50};  // for the outgoing queue to have room

}  // namespace

Caller::Impl::Impl(LinkCore& its_link)
    : link(its_link),
      replies_(topics::reply_prefix(its_link.collective(), its_link.caller(), its_link.session()) +
               "/+"),
      intake_(Intake::make("caller", kReplyQueue, its_link.verifiers())) {}

Caller::Impl::~Impl() {
  heard_.end();
  base::Locked(join_heard_)->end();
  intake_->stop();
}

Result<transport::Subscription> Caller::Impl::subscribe(const std::string& topic_filter) {
  return link.bus().subscribe(
      topic_filter, transport::Qos::at_least_once,
      [this, intake = intake_](transport::Message message) {
        if (message.retained) return;  // no reply is
        const std::string sender(topics::writer(message.topic));
        const auto bytes = message.payload.size();
        const auto at = link.clock().steady();
        intake->post(
            sender, [this, message = std::move(message), at] { return verify(message, at); },
            bytes);
      });
}

Status Caller::Impl::start() {
  MUSTER_ASSIGN(heard_, subscribe(replies_));
  return {};
}

Status Caller::Impl::subscribe_join_once() {
  const base::Locked join_heard(join_heard_);
  if (*join_heard) return {};
  MUSTER_ASSIGN(*join_heard, subscribe(topics::join_up("+")));
  return {};
}

std::shared_ptr<PendingCall> Caller::Impl::remember(const Call& call, const std::string& id,
                                                    ResultHandler on_result) {
  auto pending = std::make_shared<PendingCall>(id, call, std::move(on_result), link.clock());
  const base::Locked calls(calls_);
  if (calls->by_id.size() >= calls->sweep_at) sweep(*calls);
  calls->by_id[id] = pending;
  return pending;
}

// Each time that they have doubled, so that ten thousand calls at once do not look at each other.
void Caller::Impl::sweep(Calls& calls) {
  std::erase_if(calls.by_id, [](const auto& entry) { return entry.second.expired(); });
  std::erase_if(calls.joining, [](const auto& entry) { return entry.second.pending.expired(); });
  calls.sweep_at = std::max(kSweptFrom, 2 * calls.by_id.size());
}

Status Caller::Impl::publish(const std::string& payload, const std::vector<std::string>& to,
                             const Call& call, std::chrono::steady_clock::time_point until) {
  const transport::PublishOptions options{
      .qos = call.qos, .retain = false, .expiry_s = static_cast<std::uint32_t>(call.ttl.count())};
  for (const auto& topic : to) {
    auto sent = link.bus().publish(topic, payload, options);
    // A request to each of thousands goes out as fast as the broker takes it.
    while (!sent && sent.error().code == Errc::limit && std::chrono::steady_clock::now() < until) {
      static_cast<void>(link.bus().flush(kRoomPatience));
      sent = link.bus().publish(topic, payload, options);
    }
    if (!sent) return fail(sent.error().within(fmt::format("{}#{}", call.agent, call.action)));
  }
  return {};
}

Result<std::shared_ptr<PendingCall>> Caller::Impl::begin(const Call& call,
                                                         ResultHandler on_result) {
  const std::string id = link.new_id();
  MUSTER_ASSIGN(const auto requests, make_requests(link, call, id));
  auto pending = remember(call, id, std::move(on_result));
  pending->expect(call.expected.empty() ? call.targets : call.expected);
  const auto until = std::chrono::steady_clock::now() + call.timeout;
  std::size_t sent = 0;
  for (const auto& request : requests) {
    for (const auto& topic : request.topics) {
      auto status = publish(request.payload, {topic}, call, until);
      if (!status && sent == 0) return fail(std::move(status).error());
      if (!status) {
        // Some have it already: their answers must not get lost.
        pending->not_sent(
            {call.targets.begin() + static_cast<std::ptrdiff_t>(sent), call.targets.end()},
            status.error().message);
        return pending;
      }
      ++sent;
    }
  }
  return pending;
}

Result<std::string> Caller::Impl::send(const Call& call) {
  std::string id = link.new_id();
  MUSTER_ASSIGN(const auto requests, make_requests(link, call, id));
  const auto until = std::chrono::steady_clock::now() + call.timeout;
  for (const auto& request : requests)
    MUSTER_TRY(publish(request.payload, request.topics, call, until));
  return id;
}

Result<std::shared_ptr<PendingCall>> Caller::Impl::begin_join(const Call& call,
                                                              const JoinAddress& join) {
  MUSTER_TRY(subscribe_join_once());
  const std::string id = link.new_id();
  MUSTER_ASSIGN(const auto request, make_join_request(link, call, id, join.client_id));
  auto pending = remember(call, id, {});
  base::Locked(calls_)->joining.emplace(join.client_id,
                                        JoinCall{pending, join.public_key, call.targets.front()});
  pending->expect(call.targets);
  MUSTER_TRY(publish(request.payload, request.topics, call,
                     std::chrono::steady_clock::now() + call.timeout));
  return pending;
}

std::shared_ptr<PendingCall> Caller::Impl::find(const std::string& request_id) {
  const base::Locked calls(calls_);
  const auto found = calls->by_id.find(request_id);
  return found == calls->by_id.end() ? nullptr : found->second.lock();
}

std::vector<std::shared_ptr<PendingCall>> Caller::Impl::under_way() {
  const base::Locked calls(calls_);
  std::vector<std::shared_ptr<PendingCall>> present;
  for (const auto& [id, call] : calls->by_id)
    if (auto pending = call.lock()) present.push_back(std::move(pending));
  return present;
}

Intake::TakeIn Caller::Impl::verify(const transport::Message& message, TimePoint at) {
  if (topics::level(message.topic, 2) == "join") return verify_join_reply(message, at);
  return verify_reply(message, at);
}

Intake::TakeIn Caller::Impl::verify_reply(const transport::Message& message, TimePoint at) {
  auto answer = read_reply(link, message.topic, message.payload);
  if (!answer)
    // Whose it was cannot be known: what does not verify is not read.
    return [this, why = std::move(answer).error().message] {
      for (const auto& pending : under_way()) pending->take_unverified(why);
    };
  return [this, at, answer = *std::move(answer)]() mutable {
    if (const auto pending = find(answer.request_id)) pending->take(std::move(answer), at);
  };
}

Intake::TakeIn Caller::Impl::verify_join_reply(const transport::Message& message, TimePoint at) {
  struct Read {
    std::shared_ptr<PendingCall> pending;
    std::string identity;
    Result<Answer> answer;
  };
  std::vector<Read> read;
  for (const auto& asked : joining_at(topics::level(message.topic, 3).value_or(""))) {
    auto pending = asked.pending.lock();
    if (!pending) continue;
    auto answer = read_join_reply(message.payload, asked.public_key, link.nodes());
    if (const auto ban = link.banned(asked.identity)) answer = fail(Errc::refused, ban->text());
    read.push_back({std::move(pending), asked.identity, std::move(answer)});
  }
  return [at, read = std::move(read)] {
    for (const auto& [pending, identity, answer] : read) {
      if (!answer)
        pending->take_unverified(answer.error().message);
      else if (answer->request_id == pending->id() && answer->result.identity == identity)
        return pending->take(*answer, at);
    }
  };
}

std::vector<Caller::Impl::JoinCall> Caller::Impl::joining_at(std::string_view client_id) {
  std::vector<JoinCall> asked;
  const base::Locked calls(calls_);
  const auto [from, to] = calls->joining.equal_range(client_id);
  for (auto at = from; at != to; ++at) asked.push_back(at->second);
  return asked;
}

}  // namespace muster::client
