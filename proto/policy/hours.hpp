// The condition `time:` of a policy line: days of the week and hours of the day, in UTC.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::policy {

// "mon-fri 08:00-18:00", "sat sun", "22:00-06:00". Days (mon tue wed thu fri sat sun, or DAY-DAY)
// that are not written are all days; hours that are not written are the whole day. The end is not
// included; one that is not behind the begin lies on the next day, and a day's name is then the day
// on which it began. Immutable.
class Hours {
 public:
  // Errc::config, with the nearest day, when a word is neither days nor hours.
  static Result<Hours> parse(std::string_view text);
  bool hold(std::int64_t unix_ms) const;

 private:
  static constexpr int kDays = 7;
  static constexpr int kMinutesOfDay = 24 * 60;
  Status read_days(std::string_view word);
  Status read_hours(std::string_view word);

  std::array<bool, kDays> days_{};  // monday first
  bool some_days_ = false;
  bool some_hours_ = false;
  int from_ = 0;  // minutes since midnight
  int until_ = kMinutesOfDay;
};

}  // namespace muster::policy
