#include "node-agent/dispatch/dispatcher.hpp"

#include <fmt/format.h>

#include "node-agent/dispatch/reply.hpp"
#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/base/utf8_value.hpp"
#include "proto/messages/reply.hpp"
#include "proto/request/signed_reply.hpp"

namespace muster::agent {
namespace {

constexpr const char* kStopping = "it is stopping";
constexpr const char* kUnnamedSenders = "(the join zone)";

}  // namespace

Dispatcher::Dispatcher(GateContext context, GateStatistics& statistics, std::size_t workers,
                       std::size_t queue_max)
    : identity_(context.identity),
      clock_(context.clock),
      statistics_(statistics),
      audit_(context.audit),
      gate_(std::move(context), statistics),
      incoming_(kIntakeQueue),
      work_(queue_max),
      overseer_(clock_),
      judge_([this] { judge(); }) {
  for (std::size_t i = 0; i < workers; ++i) workers_.emplace_back([this, i] { work(i); });
}

Dispatcher::~Dispatcher() {
  stop();
  incoming_.close();
  judge_.join();
  for (auto& worker : workers_) worker.join();
}

void Dispatcher::stop() {
  stopping_ = true;
  work_.close();
}

void Dispatcher::give_up() {
  overseer_.give_up();
}

void Dispatcher::submit(std::string payload, bool direct, std::shared_ptr<const Channel> channel,
                        std::string sender) {
  {
    const std::lock_guard lock(idle_mutex_);
    ++open_;
  }
  const auto line = sender.empty() ? std::string(kUnnamedSenders) : sender;
  const auto bytes = payload.size();
  const auto pushed = incoming_.push(
      line, {std::move(payload), direct, std::move(channel), std::move(sender), clock_.steady()},
      bytes);
  if (pushed.lost) drops_.note(*pushed.lost);
  const auto lost = pushed.displaced.size() + (pushed.taken ? 0 : 1);
  statistics_.busy += lost;
  lost_ += lost;
  for (std::size_t i = 0; i < lost; ++i) done();
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
  base::name_thread("judge");
  while (auto incoming = incoming_.pop()) {
    judge_one(std::move(*incoming));
    tell_lost();
  }
}

// Without verifying them nobody knows whom to tell "busy"; the callers see a silent node, log and
// audit say why.
void Dispatcher::tell_lost() {
  for (const std::uint64_t lost = lost_; told_ < lost; ++told_)
    audit_.flood(audit::Verdict::busy, "requests come faster than they can be verified");
  drops_.tell();
}

void Dispatcher::judge_one(Incoming incoming) {
  auto admitted = gate_.admit(incoming.payload, incoming.direct, incoming.sender);
  if (!admitted) return done();
  admitted->received = incoming.received;
  if (admitted->agent == nullptr && !admitted->undecided) {
    answer_refusal(*admitted, *incoming.channel);
    return done();
  }
  const auto limit = gate_.limit(*admitted);
  const auto start_up =
      admitted->agent ? admitted->agent->start_up_time() : std::chrono::seconds(0);
  const auto work =
      std::make_shared<const Work>(Work{std::move(*admitted), std::move(incoming.channel), limit,
                                        incoming.received + limit + start_up});
  if (work_.try_push(work)) return;
  answer_busy(work->admitted, *work->channel,
              stopping_ ? kStopping : "its queue of requests is full");
  done();
}

void Dispatcher::work(std::size_t number) {
  base::name_thread(fmt::format("worker-{}", number));
  while (const auto work = work_.pop()) {
    work_on(*work);
    done();
  }
}

std::string Dispatcher::until(Overdue why, const Work& work) const {
  if (why == Overdue::stopping) return fmt::format("before the agent on {} stopped", identity_);
  return fmt::format("within {} s on {}", work.limit.count(), identity_);
}

void Dispatcher::work_on(const std::shared_ptr<const Work>& work) {
  if (stopping_) return answer_busy(work->admitted, *work->channel, kStopping);
  // By then the caller has given up: what it asked for must not come as a surprise.
  if (clock_.steady() >= work->deadline)
    return answer_busy(work->admitted, *work->channel,
                       fmt::format("no worker was free within {} s", work->limit.count()));
  if (work->admitted.undecided) return decide(work);
  const auto watched = overseer_.watch(work->deadline, [this, work](Overdue why) {
    const auto& request = work->admitted.request;
    answer(work->admitted, *work->channel, messages::Outcome::answered,
           plugins::ActionReply::failed(
               {Errc::timeout, fmt::format("{}#{} did not end {}; it may still run", request.agent,
                                           request.action, until(why, *work))}));
  });
  const auto reply = run(*work);
  if (overseer_.end(watched))
    answer(work->admitted, *work->channel, messages::Outcome::answered, reply);
}

void Dispatcher::decide(const std::shared_ptr<const Work>& work) {
  const auto watched = overseer_.watch(work->deadline, [this, work](Overdue why) {
    answer(work->admitted, *work->channel, messages::Outcome::answered,
           plugins::ActionReply::failed(
               {Errc::timeout, fmt::format("the data plugins of the filter did not answer {}",
                                           until(why, *work))}));
  });
  auto admitted = gate_.judge(work->admitted, work->deadline,
                              [this, watched] { return overseer_.end(watched); });
  if (!admitted) return;
  if (admitted->agent == nullptr) return answer_refusal(*admitted, *work->channel);
  const auto limit = gate_.limit(*admitted);
  // The whole request's deadline was set without it: only now is the agent known.
  const auto deadline =
      std::min(work->deadline, clock_.steady() + limit) + admitted->agent->start_up_time();
  work_on(std::make_shared<const Work>(Work{std::move(*admitted), work->channel, limit, deadline}));
}

plugins::ActionReply Dispatcher::run(const Work& work) {
  const auto& request = work.admitted.request;
  auto& agent = *work.admitted.agent;
  const plugins::ActionRequest call{
      request.agent, request.action,     work.admitted.inputs, "cert=" + request.caller,
      request.id,    request.collective, work.deadline,        request.sent_at_ms,
      request.ttl_s};
  std::string what = "an exception that is no std::exception";
  try {
    auto reply = agent.handle(call);
    if (const auto wrong = base::replace_wrong_bytes(reply.data))
      log::warning("a reply has bytes that are not UTF-8; they are shown as U+FFFD",
                   {{"agent", request.agent}, {"action", request.action}, {"at", *wrong}});
    if (const auto* action = agent.ddl().find(request.action);
        action != nullptr && reply.status == 0)
      ddl::fill_outputs(*action, reply.data);
    return reply;
  } catch (const std::exception& thrown) {
    what = thrown.what();
  } catch (...) {
    // Whatever it is, it is one call's failure and not the daemon's end.
  }
  log::error("action threw",
             {{"agent", request.agent}, {"action", request.action}, {"what", what}});
  return plugins::ActionReply::failed(
      {Errc::unknown, fmt::format("{}#{} failed: {}", request.agent, request.action, what)});
}

void Dispatcher::answer_refusal(const Admitted& admitted, const Channel& channel) {
  auto reply = plugins::ActionReply::failed(admitted.refusal);
  if (!admitted.needs_approval.empty())
    reply.data[request::kNeedsApproval] = admitted.needs_approval;
  answer(admitted, channel, admitted.outcome, reply);
}

void Dispatcher::answer_busy(const Admitted& admitted, const Channel& channel, std::string why) {
  ++statistics_.busy;
  if (!gate_.answers_busy(admitted)) return;
  answer(admitted, channel, messages::Outcome::busy,
         plugins::ActionReply::failed(
             {Errc::aborted, fmt::format("{} is busy: {}", identity_, std::move(why))}));
}

void Dispatcher::record(const Admitted& admitted, messages::Outcome outcome,
                        const plugins::ActionReply& reply) {
  const auto& request = admitted.request;
  audit::Completion completion;
  completion.request_id = request.id;
  completion.caller = request.caller;
  completion.agent = request.agent;
  completion.action = request.action;
  completion.outcome = outcome == messages::Outcome::busy ? "busy" : "answered";
  completion.status = reply.status;
  completion.message = reply.message;
  completion.took_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - admitted.received)
          .count();
  audit_.completed(std::move(completion));
}

void Dispatcher::answer(const Admitted& admitted, const Channel& channel, messages::Outcome outcome,
                        const plugins::ActionReply& reply) {
  // What was refused has its line already.
  if (admitted.agent != nullptr) record(admitted, outcome, reply);
  auto sealed =
      seal_reply(admitted.request, identity_, outcome, reply, clock_.unix_ms(), *channel.signer);
  if (!sealed) {
    log::error("cannot seal a reply",
               {{"request", admitted.request.id}, {"why", sealed.error().message}});
    return;
  }
  ++statistics_.replies;
  channel.reply(admitted.request, std::move(*sealed));
}

}  // namespace muster::agent
