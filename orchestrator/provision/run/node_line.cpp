#include "orchestrator/provision/run/node_line.hpp"

#include <algorithm>
#include <utility>

namespace muster::provision {

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
  auto call = world_.call(record_->identity, join_, std::move(question));
  auto reply = co_await call;
  if (reply && tells) told_ = std::max(told_, news);
  co_return reply;
}

}  // namespace muster::provision
