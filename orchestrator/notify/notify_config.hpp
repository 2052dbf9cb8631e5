// Who is told, how, and within which limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/notifiers/notifiers.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::notify {

inline constexpr std::size_t kTargetsMax = 32;

struct OutboxLimits {
  std::int64_t waiting_max = 10'000;  // rows not yet delivered; beyond it add() is refused
  std::int64_t tries_max = 100;       // of one message; then it has failed
  std::chrono::milliseconds age_max =
      std::chrono::hours(24);  // of an undelivered message; then it has failed
  std::chrono::milliseconds keep =
      std::chrono::hours(7 * 24);  // of what is done with, at most waiting_max rows
};

struct DigestRule {
  std::int64_t above = 10;  // more than so many become one message
  std::chrono::milliseconds window =
      std::chrono::seconds(10);  // how long a message waits for others
};

struct NotifyConfig {
  std::vector<std::string> targets;  // URLs (plugins/notifiers); none: nobody is told
  notifiers::NotifierConfig kinds;
  OutboxLimits limits;
  DigestRule digest;
  std::chrono::milliseconds retry_first = std::chrono::seconds(5);
  std::chrono::milliseconds retry_most = std::chrono::minutes(15);
};

// The map under `notify:` (docs/NOTIFICATIONS.md), and a trial of every target: what could not work
// is recorded in `map` as a problem with file and line.
void read(base::StrictMap& map, NotifyConfig& out);

}  // namespace muster::notify
