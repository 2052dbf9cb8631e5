#include "tests/sim/node/witness.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace muster::sim {
namespace {

constexpr std::size_t kComplaintsMax = 10;  // of one machine: the first tell the story

bool needs_no_lease(const std::string& action) {
  return action == "status" || action == "job";
}

}  // namespace

void Witness::complain(const plugins::ActionRequest& request, std::int64_t fence) {
  if (complaints_.size() >= kComplaintsMax) return;
  complaints_.push_back(fmt::format("{} of {} was carried out under fence {}, when {} had fence {}",
                                    request.action, request.caller, fence,
                                    holder_.empty() ? "nobody" : holder_, fence_));
}

void Witness::saw_claim(const std::string& caller, std::int64_t fence) {
  if (!last_holder_.empty() && last_holder_ != caller) ++takeovers_;
  fence_ = fence;
  holder_ = last_holder_ = caller;
}

void Witness::saw(const plugins::ActionRequest& request, const Value& answer) {
  const auto& action = request.action;
  if (needs_no_lease(action)) return;
  if (action == "again") return holder_.clear();
  if (action == "claim") {
    const auto fence = answer.value("fence", std::int64_t{0});
    if (fence <= fence_) complain(request, fence);
    return saw_claim(request.caller, fence);
  }
  const auto fence = request.data.value("fence", std::int64_t{0});
  if (fence != fence_ || request.caller != holder_) complain(request, fence);
  if (action == "release" || action == "finish") holder_.clear();
}

plugins::ActionReply WitnessedAgent::handle(const plugins::ActionRequest& request) {
  auto reply = agent_->handle(request);
  if (reply.status == 0) witness_.saw(request, reply.data);
  return reply;
}

}  // namespace muster::sim
