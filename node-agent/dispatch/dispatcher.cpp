#include "node-agent/dispatch/dispatcher.hpp"

#include <fmt/format.h>

#include "node-agent/dispatch/reply.hpp"
#include "proto/base/log.hpp"

namespace muster::agent {

Dispatcher::Dispatcher(GateContext context, GateStatistics& statistics, std::size_t workers,
                       std::size_t queue_max)
    : identity_(context.identity),
      clock_(context.clock),
      statistics_(statistics),
      gate_(std::move(context), statistics),
      incoming_(kIntakeQueueMax),
      work_(queue_max),
      judge_([this] { judge(); }) {
  for (std::size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

Dispatcher::~Dispatcher() {
  incoming_.close();
  judge_.join();
  work_.close();
  for (auto& worker : workers_) worker.join();
}

void Dispatcher::submit(std::string payload, bool direct, std::shared_ptr<const Channel> channel) {
  {
    const std::lock_guard lock(idle_mutex_);
    ++open_;
  }
  if (incoming_.try_push({std::move(payload), direct, std::move(channel)})) return;
  done();
  // Without verifying it nobody knows whom to tell "busy"; the caller sees a silent node, the log
  // says why.
  constexpr std::uint64_t kLoggedEach = 1000;
  ++statistics_.busy;
  if (lost_++ % kLoggedEach == 0)
    log::error("requests come faster than they can be verified; dropping",
               {{"queue", std::to_string(kIntakeQueueMax)}, {"dropped", std::to_string(lost_)}});
}

bool Dispatcher::wait_idle(std::chrono::milliseconds patience) {
  std::unique_lock lock(idle_mutex_);
  return idle_.wait_for(lock, patience, [this] { return open_ == 0; });
}

void Dispatcher::done() {
  const std::lock_guard lock(idle_mutex_);
  if (--open_ == 0) idle_.notify_all();
}

void Dispatcher::judge() {
  while (auto incoming = incoming_.pop()) judge_one(std::move(*incoming));
}

void Dispatcher::judge_one(Incoming incoming) {
  auto admitted = gate_.admit(incoming.payload, incoming.direct);
  if (!admitted) return done();
  if (admitted->agent == nullptr) {
    answer(*admitted, *incoming.channel, admitted->outcome,
           plugins::ActionReply::failed(admitted->refusal));
    return done();
  }
  Admitted busy;
  busy.request = admitted->request;
  if (work_.try_push({std::move(*admitted), incoming.channel, clock_.steady()})) return;
  ++statistics_.busy;
  answer(busy, *incoming.channel, v1::OUTCOME_BUSY,
         {1, fmt::format("{} is busy: its queue of requests is full", identity_), Value::object()});
  done();
}

void Dispatcher::work() {
  while (auto work = work_.pop()) {
    const auto reply = run(work->admitted, work->received);
    answer(work->admitted, *work->channel, v1::OUTCOME_ANSWERED, reply);
    done();
  }
}

plugins::ActionReply Dispatcher::run(const Admitted& admitted,
                                     std::chrono::steady_clock::time_point since) {
  const auto& request = admitted.request;
  const auto& ddl = admitted.agent->ddl();
  auto limit = std::chrono::seconds(ddl.timeout);
  if (request.timeout_s() > 0) limit = std::min(limit, std::chrono::seconds(request.timeout_s()));
  plugins::ActionRequest call{
      request.agent(), request.action(),     admitted.inputs, "cert=" + request.caller(),
      request.id(),    request.collective(), since + limit};
  try {
    auto reply = admitted.agent->handle(call);
    if (const auto* action = ddl.find(request.action()); action != nullptr && reply.status == 0)
      ddl::fill_outputs(*action, reply.data);
    return reply;
  } catch (const std::exception& thrown) {
    log::error("action threw",
               {{"agent", request.agent()}, {"action", request.action()}, {"what", thrown.what()}});
    return {5, fmt::format("{}#{} failed: {}", request.agent(), request.action(), thrown.what()),
            Value::object()};
  }
}

void Dispatcher::answer(const Admitted& admitted, const Channel& channel, v1::Outcome outcome,
                        const plugins::ActionReply& reply) {
  auto sealed =
      seal_reply(admitted.request, identity_, outcome, reply, clock_.unix_ms(), *channel.signer);
  if (!sealed) {
    log::error("cannot seal a reply",
               {{"request", admitted.request.id()}, {"why", sealed.error().message}});
    return;
  }
  ++statistics_.replies;
  channel.reply(admitted.request, std::move(*sealed));
}

}  // namespace muster::agent
