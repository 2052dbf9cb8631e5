#include "proto/base/clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>

namespace muster::base {

std::int64_t SystemClock::unix_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
  return std::chrono::steady_clock::now();
}

void OffsetClock::set_offset_ms(std::int64_t offset_ms) {
  *Locked(told_) = {offset_ms, under_.unix_ms() + offset_ms, under_.steady()};
}

std::int64_t OffsetClock::offset_ms() const {
  const Locked told(told_);
  if (told->offset_ms == 0) return 0;
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(under_.steady() - told->at);
  if (std::abs(under_.unix_ms() - (told->time_ms + since.count())) <= kSetRightMs)
    told->offset_ms = 0;
  return told->offset_ms;
}

std::string iso8601(std::int64_t unix_ms) {
  const std::int64_t ms = ((unix_ms % 1000) + 1000) % 1000;
  const auto seconds = static_cast<std::time_t>((unix_ms - ms) / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms);
}

}  // namespace muster::base
