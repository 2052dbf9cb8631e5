#include "tests/sim/node/witness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace muster::sim {
namespace {

using progress::Progress;

constexpr std::size_t kComplaintsMax = 10;  // of one machine: the first tell the story

bool needs_no_lease(const std::string& action) {
  return action == "status" || action == "job";
}

Progress progress_in(const Value& data) {
  const auto at = data.find("progress");
  if (at == data.end() || at->is_null()) return {};
  return Progress::from_value(*at).value_or(Progress());
}

}  // namespace

void Witness::say(std::string complaint) {
  if (complaints_.size() < kComplaintsMax) complaints_.push_back(std::move(complaint));
}

void Witness::complain(const plugins::ActionRequest& request, std::int64_t fence) {
  say(fmt::format("{} of {} was carried out under fence {}, when {} had fence {}", request.action,
                  request.caller, fence, holder_.empty() ? "nobody" : holder_, fence_));
}

void Witness::saw_claim(const plugins::ActionRequest& request, const Value& answer,
                        std::int64_t now_ms, std::int64_t right_ms) {
  const auto& caller = request.caller;
  const auto fence = answer.value("fence", std::int64_t{0});
  if (fence <= fence_) complain(request, fence);
  const auto before = fence_;
  if (!holder_.empty() && holder_ != caller) {
    lost_.push_back({right_ms, holder_, caller, kept_at_ms_});
    // Or the bus said that its holder has left, and fences keep out what that one still does.
    const bool stands_in = request.data.value("instead_of", std::int64_t{0}) == before;
    if (now_ms < until_ms_ && !stands_in)
      say(fmt::format("{} was given a lease that {} holds for {} ms more", caller, holder_,
                      until_ms_ - now_ms));
  }
  if (!last_holder_.empty() && last_holder_ != caller) ++takeovers_;
  fence_ = fence;
  until_ms_ = answer.value("lease_expires_at_ms", std::int64_t{0});
  kept_at_ms_ = right_ms;
  holder_ = last_holder_ = caller;
  ++leases_;
  saw_progress(progress_in(answer), caller);
}

// Another workflow's steps mean nothing to this one.
void Witness::saw_progress(const Progress& of_lease, const std::string& caller) {
  if (of_lease.workflow != told_.workflow && !of_lease.workflow.empty()) return;
  std::vector<std::string> forgotten;
  std::set_difference(told_.finished.begin(), told_.finished.end(), of_lease.finished.begin(),
                      of_lease.finished.end(), std::back_inserter(forgotten));
  if (!forgotten.empty())
    say(fmt::format("{} is not told with its lease that these are finished: {}", caller,
                    fmt::join(forgotten, ", ")));
}

// Before its first step there is finished, who chooses anew may choose it once more.
void Witness::saw_master(const Progress& told, const std::string& caller, std::int64_t right_ms) {
  constexpr std::size_t kBeforeIt = 2;  // claim and pick-master
  const bool is_known = told.master == begun_with_.master && told.run_id == begun_with_.run_id;
  if (told.master.empty() || (is_known && told.finished.size() > kBeforeIt)) return;
  begun_with_ = {told.master, told.run_id, caller, right_ms};
}

void Witness::saw_a_new_disk() {
  fence_ = 0;
  until_ms_ = 0;
  holder_.clear();
  told_ = {};
}

void Witness::saw(const plugins::ActionRequest& request, const Value& answer, std::int64_t now_ms,
                  std::int64_t right_ms) {
  const auto& id = request.request_id;
  if (!id.empty() && !requests_.insert(id).second)
    say(fmt::format("{} of {} was carried out twice by one request", request.action,
                    request.caller));
  const auto& action = request.action;
  if (needs_no_lease(action)) return;
  if (action == "again") {
    told_ = {};
    return holder_.clear();
  }
  if (action == "claim") return saw_claim(request, answer, now_ms, right_ms);
  const auto fence = request.data.value("fence", std::int64_t{0});
  if (fence != fence_ || request.caller != holder_) complain(request, fence);
  if (auto told = progress_in(request.data); !told.workflow.empty()) {
    saw_master(told, request.caller, right_ms);
    told_ = std::move(told);
  }
  if (action == "renew") {
    until_ms_ = answer.value("lease_expires_at_ms", until_ms_);
    kept_at_ms_ = right_ms;
  }
  if (action == "release" || action == "finish") holder_.clear();
}

void Witness::saw_refused(const plugins::ActionRequest& request, const std::string& why,
                          std::int64_t now_ms) {
  // It may be written down that it begins anew, and nothing else.
  if (request.action == "again") {
    told_ = {};
    return holder_.clear();
  }
  const bool for_a_lease =
      request.action == "claim" && why.find("holds the lease") != std::string::npos;
  if (for_a_lease && !holder_.empty() && now_ms > until_ms_)
    say(fmt::format("{} was refused a lease {} ms after that of {} was over", request.caller,
                    now_ms - until_ms_, holder_));
}

plugins::ActionReply WitnessedAgent::handle(const plugins::ActionRequest& request) {
  auto reply = agent_->handle(request);
  if (reply.status == 0)
    witness_.saw(request, reply.data, clock_.unix_ms(), right_.unix_ms());
  else
    witness_.saw_refused(request, reply.message, clock_.unix_ms());
  return reply;
}

}  // namespace muster::sim
