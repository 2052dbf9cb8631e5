#include "proto/security/replay_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "proto/base/names.hpp"

namespace muster::security {
namespace {

using std::chrono::milliseconds;

std::string seconds(std::int64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

Status check_form(const std::string& id, std::int64_t ttl_ms) {
  if (id.empty() || id.size() > kRequestIdMaxBytes)
    return fail(Errc::invalid_data, fmt::format("request id {} must have 1 to {} bytes",
                                                base::quoted(id), kRequestIdMaxBytes));
  if (ttl_ms <= 0 || ttl_ms > kTtlMaxMs)
    return fail(Errc::invalid_data, fmt::format("request {}: a time to live of {} ms; 1 to {} are "
                                                "accepted",
                                                base::quoted(id), ttl_ms, kTtlMaxMs));
  return {};
}

}  // namespace

ReplayWindow::ReplayWindow(const base::Clock& clock, std::int64_t opened_at_ms)
    : clock_(clock),
      opened_(clock.steady() - milliseconds(clock.unix_ms() - opened_at_ms)),
      forgotten_until_ms_(std::numeric_limits<std::int64_t>::min()) {}

std::int64_t ReplayWindow::opened_at_ms(std::int64_t now_ms) const {
  return now_ms - std::chrono::duration_cast<milliseconds>(clock_.steady() - opened_).count();
}

Status ReplayWindow::in_time(std::int64_t now_ms, std::int64_t sent_at_ms,
                             std::int64_t until_ms) const {
  if (sent_at_ms > now_ms + kClockSkewMaxMs)
    return fail(Errc::expired,
                fmt::format("sent {} in the future by this node's clock ({}); check both clocks",
                            seconds(sent_at_ms - now_ms), base::iso8601(now_ms)));
  if (now_ms > until_ms)
    return fail(
        Errc::expired,
        fmt::format("came {} after its time to live ended, by this node's clock ({}); if it "
                    "was not that slow, check both clocks",
                    seconds(now_ms - until_ms), base::iso8601(now_ms)));
  if (const auto opened_ms = opened_at_ms(now_ms); sent_at_ms < opened_ms)
    return fail(Errc::expired,
                fmt::format("sent {} before this agent began to listen ({}); send it again",
                            seconds(opened_ms - sent_at_ms), base::iso8601(opened_ms)));
  if (until_ms <= forgotten_until_ms_)
    return fail(Errc::expired,
                fmt::format("this node's clock was set back; requests are taken again in {}",
                            seconds(forgotten_until_ms_ - now_ms)));
  return {};
}

Status ReplayWindow::admit(const std::string& id, std::int64_t sent_at_ms, std::int64_t ttl_ms) {
  MUSTER_TRY(check_form(id, ttl_ms));
  // A time beyond what the sum below can hold is no time.
  if (sent_at_ms < 0 || sent_at_ms > std::numeric_limits<std::int64_t>::max() - kTtlMaxMs)
    return fail(Errc::invalid_data, fmt::format("request {}: {} ms is no time of sending",
                                                base::quoted(id), sent_at_ms));
  const auto until_ms = sent_at_ms + ttl_ms;
  const std::lock_guard lock(mutex_);
  const auto now_ms = clock_.unix_ms();
  forget_expired(now_ms);
  if (auto timely = in_time(now_ms, sent_at_ms, until_ms); !timely)
    return fail(timely.error().within("request " + base::quoted(id)));
  if (ids_.count(id) != 0)
    return fail(Errc::refused, fmt::format("request {} is replayed", base::quoted(id)));
  if (ids_.size() >= kReplayWindowMax)
    return fail(Errc::limit, fmt::format("{} requests are within their time to live, which is the "
                                         "limit; send more slowly or with a shorter one",
                                         kReplayWindowMax));
  by_end_.push({until_ms, &*ids_.insert(id).first});
  return {};
}

void ReplayWindow::forget_expired(std::int64_t now_ms) {
  while (!by_end_.empty() && by_end_.top().until_ms < now_ms) {
    const auto& oldest = by_end_.top();
    forgotten_until_ms_ = std::max(forgotten_until_ms_, oldest.until_ms);
    const std::string id = *oldest.id;  // what erase() destroys must not be its argument
    ids_.erase(id);
    by_end_.pop();
  }
}

}  // namespace muster::security
