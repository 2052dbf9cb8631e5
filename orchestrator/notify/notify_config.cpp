#include "orchestrator/notify/notify_config.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::notify {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kSecondMs = 1'000;

void read_duration(base::StrictMap& map, std::string_view key, std::int64_t unit_ms,
                   std::int64_t least, std::int64_t most, milliseconds& out) {
  std::int64_t count = out.count() / unit_ms;
  map.integer(key, count, least, most);
  if (map.has(key)) out = milliseconds(count * unit_ms);
}

void read_targets(base::StrictMap& map, NotifyConfig& out) {
  map.texts("targets", out.targets);
  if (out.targets.size() > kTargetsMax)
    map.complain("targets",
                 fmt::format("{} targets; the limit is {}", out.targets.size(), kTargetsMax));
  for (auto target = out.targets.begin(); target != out.targets.end(); ++target) {
    if (std::find(out.targets.begin(), target, *target) != target)
      map.complain("targets", fmt::format("target '{}' stands here twice", *target));
    if (const auto made = notifiers::make_notifier(*target, out.kinds); !made)
      map.complain("targets", made.error().message);
  }
}

}  // namespace

void read(base::StrictMap& map, NotifyConfig& out) {
  notifiers::read(map, out.kinds);
  read_targets(map, out);
  map.integer("digest_above", out.digest.above, 1, 1'000);
  read_duration(map, "digest_window_s", kSecondMs, 0, 3'600, out.digest.window);
  read_duration(map, "retry_first_s", kSecondMs, 1, 3'600, out.retry_first);
  read_duration(map, "retry_most_s", kSecondMs, 1, 3'600, out.retry_most);
  if (out.retry_most < out.retry_first)
    map.complain("retry_most_s", "'retry_most_s' is less than 'retry_first_s'");
  map.integer("waiting_max", out.limits.waiting_max, 1, 1'000'000);
  map.integer("tries_max", out.limits.tries_max, 1, 10'000);
  read_duration(map, "age_max_h", kHourMs, 1, 30 * 24, out.limits.age_max);
  read_duration(map, "keep_h", kHourMs, 1, 365 * 24, out.limits.keep);
}

}  // namespace muster::notify
