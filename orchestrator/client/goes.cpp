#include "orchestrator/client/goes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster::client {
namespace {

std::size_t failures(const CallResult& result) {
  return static_cast<std::size_t>(
      std::count_if(result.results.begin(), result.results.end(),
                    [](const auto& node) { return node.outcome != Outcome::ok; }));
}

}  // namespace

Goes::Goes(Call call, Rules rules, TimePoint now)
    : call_(std::move(call)), all_(std::move(call_.targets)), rules_(rules), began_(now) {}

Call Goes::next() {
  const auto left = all_.size() - next_;
  in_hand_ = rules_.size == 0 ? left : std::min(rules_.size, left);
  auto part = call_;
  const auto first = all_.begin() + static_cast<std::ptrdiff_t>(next_);
  part.targets.assign(first, first + static_cast<std::ptrdiff_t>(in_hand_));
  return part;
}

Status Goes::took(Result<CallResult> result) {
  if (!result && !is_under_way()) return fail(std::move(result).error());
  if (!result) {
    stopped_ = result.error().message;
    return {};
  }
  next_ += in_hand_;
  add(std::move(*result));
  const auto failed = failures(sum_);
  if (rules_.max_failures > 0 && failed >= rules_.max_failures && next_ < all_.size())
    stopped_ = fmt::format("{} failed or were silent", failed);
  return {};
}

void Goes::add(CallResult one) {
  if (sum_.request_id.empty()) sum_.request_id = one.request_id;
  std::move(one.results.begin(), one.results.end(), std::back_inserter(sum_.results));
  std::move(one.unexpected.begin(), one.unexpected.end(), std::back_inserter(sum_.unexpected));
  if (!one.send_error.empty()) sum_.send_error = one.send_error;
  sum_.duplicates += one.duplicates;
  sum_.unverified += one.unverified;
  if (!one.last_unverified.empty()) sum_.last_unverified = one.last_unverified;
}

BatchedResult Goes::end(TimePoint now) {
  BatchedResult done{std::move(sum_), {}, stopped_};
  done.not_asked.assign(all_.begin() + static_cast<std::ptrdiff_t>(next_), all_.end());
  std::sort(done.result.results.begin(), done.result.results.end(),
            [](const auto& one, const auto& other) { return one.identity < other.identity; });
  done.result.took = std::chrono::duration_cast<std::chrono::microseconds>(now - began_);
  return done;
}

}  // namespace muster::client
