#include "proto/base/throttle.hpp"

#include <algorithm>
#include <utility>

namespace muster::base {

Throttle::Throttle(const Clock& clock, Rate rate) : clock_(clock), rate_(rate) {}

void Throttle::fill(Bucket& bucket, std::chrono::steady_clock::time_point now) const {
  const std::chrono::duration<double> passed = now - bucket.filled_at;
  const std::chrono::duration<double> every = rate_.every;
  bucket.tokens =
      std::min(static_cast<double>(rate_.burst), bucket.tokens + passed.count() / every.count());
  bucket.filled_at = now;
}

bool Throttle::is_full(const Bucket& bucket) const {
  return bucket.tokens >= static_cast<double>(rate_.burst);
}

void Throttle::forget_quiet(Buckets& buckets, std::chrono::steady_clock::time_point now) {
  for (auto entry = buckets.begin(); entry != buckets.end();) {
    fill(entry->second, now);
    const bool quiet = is_full(entry->second) && entry->second.left_out == 0;
    entry = quiet ? buckets.erase(entry) : std::next(entry);
  }
}

Throttle::Bucket& Throttle::bucket_of(Buckets& buckets, std::string_view name,
                                      std::chrono::steady_clock::time_point now) {
  auto found = buckets.find(name);
  if (found == buckets.end() && buckets.size() >= rate_.names_max) {
    forget_quiet(buckets, now);
    if (buckets.size() >= rate_.names_max) name = kOthers;
    found = buckets.find(name);
  }
  if (found != buckets.end()) {
    fill(found->second, now);
    return found->second;
  }
  return buckets.emplace(std::string(name), Bucket{static_cast<double>(rate_.burst), now, 0})
      .first->second;
}

std::optional<std::uint64_t> Throttle::pass(std::string_view name) {
  const Locked state(state_);
  auto& bucket = bucket_of(state->buckets, name, clock_.steady());
  if (bucket.tokens < 1) {
    if (bucket.left_out++ == 0) ++state->telling;
    return std::nullopt;
  }
  bucket.tokens -= 1;
  if (bucket.left_out > 0) --state->telling;
  return std::exchange(bucket.left_out, 0);
}

std::vector<Throttle::LeftOut> Throttle::take(bool only_ended) {
  std::vector<LeftOut> out;
  const Locked state(state_);
  if (state->telling == 0) return out;
  const auto now = clock_.steady();
  for (auto& [name, bucket] : state->buckets) {
    if (bucket.left_out == 0) continue;
    fill(bucket, now);
    if (only_ended && !is_full(bucket)) continue;
    out.push_back({name, std::exchange(bucket.left_out, 0)});
    --state->telling;
  }
  return out;
}

std::vector<Throttle::LeftOut> Throttle::ended() {
  return take(true);
}

std::vector<Throttle::LeftOut> Throttle::all() {
  return take(false);
}

}  // namespace muster::base
