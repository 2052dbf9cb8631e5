#include "orchestrator/provision/run/node_line.hpp"

#include <algorithm>
#include <utility>

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kAnswersWithin{5'000};

bool is_silence(const Result<Value>& reply) {
  return !reply && reply.error().code == Errc::timeout;
}

}  // namespace

NodeLine::NodeLine(const workflow::Workflow& workflow, World& world, const RunRecord& record,
                   std::optional<client::JoinAddress> join)
    : workflow_(workflow), world_(world), record_(record), join_(std::move(join)) {}

loop::Task<Result<Value>> NodeLine::ask(std::string_view agent, std::string_view action,
                                        Value arguments, std::chrono::milliseconds timeout,
                                        Asked asked) {
  const auto& known = *workflow_.agents;
  if (known.takes(agent, action, workflow::kFence)) arguments["fence"] = record_->fence;
  const auto news = news_;
  const bool tells = news > told_ && known.takes(agent, action, workflow::kProgress);
  if (tells) arguments["progress"] = record_.progress().to_value();
  Question question{std::string(agent), std::string(action), std::move(arguments), timeout,
                    asked == Asked::in_leaving};
  auto sending = send(std::move(question));
  auto reply = co_await sending;
  if (reply && tells) told_ = std::max(told_, news);
  // A node that is to go is not waited for.
  if (!is_silence(reply) || workflow_.leaves()) co_return reply;
  if (asked == Asked::as_usual) {
    auto looking = answers();
    if (co_await looking) co_return reply;
  }
  co_return fail(Errc::unavailable, reply.error().message);
}

loop::Task<bool> NodeLine::answers() {
  if (!join_ && world_.member_ca(record_->identity).empty()) {
    is_away_ = true;
    co_return false;
  }
  auto sending = send({"provision", "status", Value::object(), kAnswersWithin});
  const auto reply = co_await sending;
  co_return reply || (!is_silence(reply) && reply.error().code != Errc::unavailable);
}

loop::Task<Result<Value>> NodeLine::send(Question question) {
  auto call = world_.call(record_->identity, join_, std::move(question));
  auto reply = co_await call;
  is_away_ = is_silence(reply);
  co_return reply;
}

}  // namespace muster::provision
