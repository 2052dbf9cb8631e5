#include "proto/policy/hours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/policy/lines.hpp"

namespace muster::policy {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr int kThursday = 3;  // 1970-01-01

const std::vector<std::string>& day_names() {
  static const std::vector<std::string> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return names;
}

Result<int> day_of(std::string_view word) {
  const auto& names = day_names();
  const auto found = std::find(names.begin(), names.end(), word);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  return fail(Errc::config,
              fmt::format("{} is neither a day (mon tue wed thu fri sat sun) nor HH:MM-HH:MM{}",
                          base::quoted(word), base::hint_for(word, names)));
}

// "08:00"; "24:00" is the end of a day.
std::optional<int> minutes_of(std::string_view word) {
  constexpr std::size_t kLength = 5;
  if (word.size() != kLength || word[2] != ':') return std::nullopt;
  for (const std::size_t at : {0U, 1U, 3U, 4U})
    if (std::isdigit(static_cast<unsigned char>(word[at])) == 0) return std::nullopt;
  const int hours = (word[0] - '0') * 10 + (word[1] - '0');
  const int minutes = (word[3] - '0') * 10 + (word[4] - '0');
  if (minutes > 59 || hours > 24 || (hours == 24 && minutes > 0)) return std::nullopt;
  return hours * 60 + minutes;
}

}  // namespace

Status Hours::read_days(std::string_view word) {
  some_days_ = true;
  const auto dash = word.find('-');
  MUSTER_ASSIGN(const int first, day_of(word.substr(0, dash)));
  int last = first;
  if (dash != std::string_view::npos) {
    MUSTER_ASSIGN(last, day_of(word.substr(dash + 1)));
  }
  for (int day = first;; day = (day + 1) % kDays) {
    days_.at(static_cast<std::size_t>(day)) = true;
    if (day == last) return {};
  }
}

Status Hours::read_hours(std::string_view word) {
  if (some_hours_)
    return fail(Errc::config, "hours stand twice; write another line for the others");
  some_hours_ = true;
  const auto dash = word.find('-');
  const auto from = minutes_of(word.substr(0, dash));
  const auto until =
      dash == std::string_view::npos ? std::nullopt : minutes_of(word.substr(dash + 1));
  if (!from || !until || *from == kMinutesOfDay || *from == *until)
    return fail(Errc::config, fmt::format("{} is no span of hours: write HH:MM-HH:MM, from 00:00 "
                                          "to 24:00, in UTC",
                                          base::quoted(word)));
  from_ = *from;
  until_ = *until;
  return {};
}

Result<Hours> Hours::parse(std::string_view text) {
  Hours out;
  const auto words = split(text, " ");
  if (words.empty())
    return fail(Errc::config, "time: needs days or hours: mon-fri 08:00-18:00, in UTC");
  for (const auto& word : words) {
    const bool digits = std::isdigit(static_cast<unsigned char>(word.front())) != 0;
    MUSTER_TRY(digits ? out.read_hours(word) : out.read_days(word));
  }
  return out;
}

bool Hours::hold(std::int64_t unix_ms) const {
  const auto minutes = unix_ms / kMsPerMinute - (unix_ms % kMsPerMinute < 0 ? 1 : 0);
  const auto minute = static_cast<int>(((minutes % kMinutesOfDay) + kMinutesOfDay) % kMinutesOfDay);
  auto day =
      static_cast<int>((((minutes - minute) / kMinutesOfDay + kThursday) % kDays + kDays) % kDays);
  const bool over_midnight = until_ < from_;
  const bool inside =
      over_midnight ? minute >= from_ || minute < until_ : minute >= from_ && minute < until_;
  if (!inside) return false;
  if (over_midnight && minute < until_) day = (day + kDays - 1) % kDays;
  return !some_days_ || days_.at(static_cast<std::size_t>(day));
}

}  // namespace muster::policy
