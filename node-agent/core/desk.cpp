#include "node-agent/core/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "node-agent/dispatch/reply.hpp"
#include "proto/base/log.hpp"
#include "proto/request/signed_reply.hpp"

namespace muster::agent {
namespace {

constexpr const char* kStopping = "it is stopping";

std::chrono::milliseconds rounded_up(std::chrono::steady_clock::duration time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time);
}

}  // namespace

Desk::Desk(Parts parts, std::function<void()> on_ended)
    : parts_(parts), clock_(parts.timers.clock()), on_ended_(std::move(on_ended)) {}

Desk::~Desk() {
  for (const auto& [number, work] : open_) parts_.timers.cancel(work->overdue);
}

void Desk::take(const Incoming& incoming, std::shared_ptr<const Channel> channel) {
  auto admitted = parts_.gate.admit(incoming.payload, incoming.direct, incoming.sender);
  if (!admitted) return;
  admitted->received = incoming.received;
  if (admitted->agent == nullptr && !admitted->undecided)
    return answer_refusal(*admitted, *channel);
  const auto limit = parts_.gate.limit(*admitted);
  const auto start_up =
      admitted->agent ? admitted->agent->start_up_time() : std::chrono::milliseconds(0);
  start(std::move(*admitted), std::move(channel), limit, incoming.received + limit + start_up);
}

void Desk::start(Admitted admitted, std::shared_ptr<const Channel> channel,
                 std::chrono::seconds limit, std::chrono::steady_clock::time_point deadline) {
  const auto work =
      std::make_shared<Work>(std::move(admitted), std::move(channel), limit, deadline);
  if (stopping_) return answer_busy(work->admitted, *work->channel, kStopping);
  const auto given =
      parts_.executor.run([this, alive = std::weak_ptr(alive_), work, &gate = parts_.gate,
                           &identity = parts_.identity, &clock = clock_]() -> loop::Executor::Then {
        carry_out(*work, gate, identity, clock);
        return [this, alive, work] {
          if (!alive.expired()) came_back(work);
        };
      });
  if (!given) return answer_busy(work->admitted, *work->channel, "its queue of requests is full");
  work->number = ++last_;
  open_.emplace(work->number, work);
  work->overdue = parts_.timers.after(rounded_up(deadline + kOverdueGrace - clock_.steady()),
                                      [this, work] { overdue(work); });
}

void Desk::overdue(const Open& work) {
  if (work->advance(Stage::waiting, Stage::told))
    tell_late(work);
  else if (work->advance(Stage::begun, Stage::told))
    tell_unended(*work, fmt::format("within {} s on {}", work->limit.count(), parts_.identity));
}

// Whatever the executor does with it later, it is over.
void Desk::tell_late(const Open& work) {
  answer_busy(work->admitted, *work->channel,
              fmt::format("no worker was free within {} s", work->limit.count()));
  close(*work);
}

void Desk::tell_unended(const Work& work, const std::string& until) {
  const auto& request = work.admitted.request;
  const auto what = work.admitted.undecided
                        ? fmt::format("the data plugins of the filter did not answer {}", until)
                        : fmt::format("{}#{} did not end {}; it may still run", request.agent,
                                      request.action, until);
  answer(work.admitted, *work.channel, messages::Outcome::answered,
         plugins::ActionReply::failed({Errc::timeout, what}));
}

void Desk::came_back(const Open& work) {
  if (!open_.contains(work->number)) return;  // told while it waited
  if (work->late && work->advance(Stage::waiting, Stage::told)) return tell_late(work);
  if (work->stage != Stage::told) {
    if (work->admitted.undecided)
      go_on(*work);
    else
      answer_action(*work);
  }
  close(*work);
}

// The plugins have been asked; the action, if there is to be one, has its own time.
void Desk::go_on(Work& work) {
  if (!work.judged) return;
  auto& admitted = *work.judged;
  if (admitted.agent == nullptr) return answer_refusal(admitted, *work.channel);
  const auto limit = parts_.gate.limit(admitted);
  // The whole request's deadline was set without it: only now is the agent known.
  const auto deadline =
      std::min(work.deadline, clock_.steady() + limit) + admitted.agent->start_up_time();
  start(std::move(admitted), work.channel, limit, deadline);
}

void Desk::close(const Work& work) {
  parts_.timers.cancel(work.overdue);
  open_.erase(work.number);
  on_ended_();
}

void Desk::stop() {
  stopping_ = true;
  std::vector<Open> waiting;
  for (const auto& [number, work] : open_)
    if (work->advance(Stage::waiting, Stage::told)) waiting.push_back(work);
  for (const auto& work : waiting) {
    answer_busy(work->admitted, *work->channel, kStopping);
    close(*work);
  }
}

void Desk::give_up() {
  for (const auto& [number, work] : open_)
    if (work->advance(Stage::begun, Stage::told))
      tell_unended(*work, fmt::format("before the agent on {} stopped", parts_.identity));
}

void Desk::answer_action(Work& work) {
  record(work.admitted, messages::Outcome::answered, work.status, work.message);
  send(work.admitted, *work.channel, std::move(work.sealed));
}

void Desk::answer_refusal(const Admitted& admitted, const Channel& channel) {
  auto reply = plugins::ActionReply::failed(admitted.refusal);
  if (!admitted.needs_approval.empty())
    reply.data[request::kNeedsApproval] = admitted.needs_approval;
  answer(admitted, channel, admitted.outcome, reply);
}

void Desk::answer_busy(const Admitted& admitted, const Channel& channel, const std::string& why) {
  ++parts_.statistics.busy;
  if (!parts_.gate.answers_busy(admitted)) return;
  answer(admitted, channel, messages::Outcome::busy,
         plugins::ActionReply::failed(
             {Errc::aborted, fmt::format("{} is busy: {}", parts_.identity, why)}));
}

void Desk::answer(const Admitted& admitted, const Channel& channel, messages::Outcome outcome,
                  const plugins::ActionReply& reply) {
  // What was refused has its line already.
  if (admitted.agent != nullptr) record(admitted, outcome, reply.status, reply.message);
  send(admitted, channel,
       seal_reply(admitted.request, parts_.identity, outcome, reply, clock_.unix_ms(),
                  *channel.sealer));
}

void Desk::record(const Admitted& admitted, messages::Outcome outcome, int status,
                  const std::string& message) {
  const auto& request = admitted.request;
  audit::Completion completion;
  completion.request_id = request.id;
  completion.caller = request.caller;
  completion.agent = request.agent;
  completion.action = request.action;
  completion.outcome = outcome == messages::Outcome::busy ? "busy" : "answered";
  completion.status = status;
  completion.message = message;
  completion.took_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - admitted.received)
          .count();
  parts_.audit.completed(std::move(completion));
}

void Desk::send(const Admitted& admitted, const Channel& channel, Result<std::string> sealed) {
  if (!sealed) {
    log::error("cannot seal a reply",
               {{"request", admitted.request.id}, {"why", sealed.error().message}});
    return;
  }
  ++parts_.statistics.replies;
  channel.reply(admitted.request, std::move(*sealed));
}

}  // namespace muster::agent
