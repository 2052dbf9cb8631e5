#include "tests/sim/operator/operator_command.hpp"

#include <algorithm>
#include <utility>

#include "proto/envelope/envelope.hpp"
#include "proto/messages/reply.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

using client::CallResult;
using std::chrono::milliseconds;

namespace {

std::size_t well_answered(const std::vector<client::NodeResult>& results) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [](const auto& one) { return one.outcome == client::Outcome::ok; }));
}

}  // namespace

OperatorCommand::OperatorCommand(Surroundings& around, const Site& site, const std::string& name,
                                 const Holder& holder, const std::vector<x509::Certificate>& cas)
    : link_(around, site, name, holder, cas,
            [this](transport::LinkState state, const std::string&) {
              if (linked_ != nullptr && state == transport::LinkState::connected) linked_->tell();
            }),
      waits_(around.loop) {
  story_.who = name;
  link_.sim_bus().watch([this](const transport::Message& message) { note_arrival(message); });
}

OperatorCommand::~OperatorCommand() = default;

// Beside the code that is judged: nothing is verified, for nobody forges here.
void OperatorCommand::note_arrival(const transport::Message& message) {
  const auto sealed = envelope::decode(message.payload);
  if (!sealed || sealed->kind != envelope::Kind::reply) return;
  const auto reply = messages::Reply::decode(sealed->body);
  if (reply) arrivals_.push_back({reply->request_id, reply->identity, now()});
}

Cost OperatorCommand::since(const Passed& before, TimePoint began) const {
  const auto& passed = link_.sim_bus().passed();
  return {.sent = passed.sent - before.sent,
          .messages = passed.heard - before.heard,
          .bytes = passed.heard_bytes - before.heard_bytes,
          .took = std::chrono::duration_cast<milliseconds>(now() - began)};
}

loop::Task<CommandStory> OperatorCommand::run(Way way, milliseconds timeout) {
  story_.way = way;
  auto connecting = connect();
  auto done = co_await connecting;
  if (done && way == Way::ping) {
    auto pinging = ping(timeout);
    done = co_await pinging;
  } else if (done) {
    auto calling = call(way, timeout);
    done = co_await calling;
  }
  if (!done) story_.gave_up = done.error().message;
  co_return std::move(story_);
}

loop::Task<Status> OperatorCommand::connect() {
  loop::Wait linked(waits_);
  linked_ = &linked;
  link_.sim_bus().connect();
  co_await linked.until(kConnectPatience);
  linked_ = nullptr;
  if (!link_.bus().connected()) co_return fail(Errc::unavailable, "the broker is not reached");
  auto caller = client::Caller::start(link_);
  if (!caller) co_return fail(std::move(caller).error());
  caller_ = *std::move(caller);
  co_return Status{};
}

loop::Task<Status> OperatorCommand::find() {
  const auto began = now();
  const auto before = link_.sim_bus().passed();
  loop::Wait told(waits_);
  Status complete = fail(Errc::timeout, "nobody tells whether all presence came");
  fleet_ = client::Fleet::begin(link_, [](const Status&) {});
  fleet_->when_complete(kFindPatience, [&](const Status& status) {
    complete = status;
    told.tell();
  });
  co_await told.until(2 * kFindPatience);
  if (!complete) co_return complete;
  for (const auto& member : fleet_->members()) story_.discovered.push_back(member->identity);
  story_.find = since(before, began);
  story_.find.nodes = story_.discovered.size();
  co_return Status{};
}

client::Call OperatorCommand::call_of(milliseconds timeout) const {
  client::Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  call.arguments = Value::object();
  call.timeout = timeout;
  return call;
}

client::Caller::ResultHandler OperatorCommand::on_result() {
  return [this](const client::NodeResult& node) { told_.push_back(node.identity); };
}

// The request leaves first, and who must answer is learnt while the answers come in.
loop::Task<Status> OperatorCommand::ping(milliseconds timeout) {
  const auto began = now();
  const auto before = link_.sim_bus().passed();
  told_.clear();
  auto pending = caller_->begin(call_of(timeout), on_result());
  if (!pending) co_return fail(std::move(pending).error());
  auto finding = find();
  auto found = co_await finding;
  if (!found) co_return found;
  (*pending)->expect(story_.discovered);
  auto finishing = finish(*pending, {.expected = story_.discovered}, began + timeout);
  auto result = co_await finishing;
  story_.results = std::move(result.results);
  story_.call = since(before, began);
  story_.call.nodes = well_answered(story_.results);
  co_return Status{};
}

loop::Task<Status> OperatorCommand::call(Way way, milliseconds timeout) {
  auto finding = find();
  auto found = co_await finding;
  if (!found) co_return found;
  const auto began = now();
  const auto before = link_.sim_bus().passed();
  auto call = call_of(timeout);
  (way == Way::to_all ? call.expected : call.targets) = story_.discovered;
  if (story_.discovered.empty()) co_return Status{};
  if (way == Way::in_batches) {
    auto going = in_batches(std::move(call));
    auto gone = co_await going;
    if (!gone) co_return gone;
  } else {
    auto asking = ask(std::move(call));
    auto result = co_await asking;
    if (!result) co_return fail(std::move(result).error());
    story_.results = std::move(result->results);
  }
  story_.call = since(before, began);
  story_.call.nodes = well_answered(story_.results);
  co_return Status{};
}

loop::Task<Status> OperatorCommand::in_batches(client::Call call) {
  client::Goes goes(std::move(call), {.size = kBatchSize}, now());
  while (goes.has_next()) {
    if (goes.is_under_way()) {
      loop::Wait pause(waits_);
      co_await pause.until(kBatchPause);
    }
    auto asking = ask(goes.next());
    auto result = co_await asking;
    auto taken = goes.took(std::move(result));
    if (!taken) co_return taken;
  }
  auto batched = goes.end(now());
  story_.results = std::move(batched.result.results);
  story_.not_asked = std::move(batched.not_asked);
  co_return Status{};
}

loop::Task<Result<CallResult>> OperatorCommand::ask(client::Call call) {
  const auto until = now() + call.timeout;
  told_.clear();
  auto pending = caller_->begin(call, on_result());
  if (!pending) co_return fail(std::move(pending).error());
  AskedRequest asked{.by_name = !call.targets.empty(),
                     .expected = call.targets.empty() ? call.expected : call.targets};
  auto finishing = finish(*pending, std::move(asked), until);
  co_return co_await finishing;
}

loop::Task<CallResult> OperatorCommand::finish(PendingPtr pending, AskedRequest asked,
                                               TimePoint until) {
  loop::Wait complete(waits_);
  pending->all_expected();
  pending->on_complete([&] { complete.tell(); });
  const auto left = std::chrono::duration_cast<milliseconds>(until - now());
  co_await complete.until(std::max(left, milliseconds(0)));
  asked.result = pending->end();
  asked.ended = now();
  asked.told = std::exchange(told_, {});
  for (const auto& arrival : arrivals_)
    if (arrival.request_id == asked.result.request_id)
      asked.heard_from.emplace(arrival.identity, arrival.at);
  auto result = asked.result;
  story_.requests.push_back(std::move(asked));
  co_return result;
}

}  // namespace muster::sim
