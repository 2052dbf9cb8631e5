#include "proto/approval/statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/request.hpp"
#include "proto/x509/key.hpp"

namespace muster::approval {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;

std::string minutes(std::int64_t ms) {
  return fmt::format("{} min", (ms + kMsPerMinute - 1) / kMsPerMinute);
}

// 1 is not 1.0 and not "1": what was shown is what counts.
bool same_value(const Value& left, const Value& right) {
  return left.dump(-1, ' ', false, Value::error_handler_t::replace) ==
         right.dump(-1, ' ', false, Value::error_handler_t::replace);
}

bool same_filter(const filter::Text& left, const filter::Text& right) {
  return left.facts == right.facts && left.classes == right.classes &&
         left.agents == right.agents && left.identities == right.identities &&
         left.compounds == right.compounds;
}

}  // namespace

std::string new_id() {
  return base::random_id().substr(0, kIdBytes);
}

Status check_id(std::string_view id) {
  const bool hex = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (hex && id.size() == kIdBytes) return {};
  return fail(Errc::invalid_data, fmt::format("{} is no id of an approval: {} hex digits are",
                                              base::quoted(id), kIdBytes));
}

std::string digest_of(std::string_view text) {
  return x509::sha256(text);
}

std::string why_not_now(const Statement& statement, std::int64_t now_ms) {
  const auto by_clock = fmt::format("by this clock ({})", base::iso8601(now_ms));
  if (now_ms > statement.until_ms)
    return fmt::format("ended {} ago, {}", minutes(now_ms - statement.until_ms), by_clock);
  if (statement.asked_at_ms > now_ms + kSkewMaxMs)
    return fmt::format("was asked for {} ahead, {}", minutes(statement.asked_at_ms - now_ms),
                       by_clock);
  return "";
}

std::string why_not_for(const Statement& statement, const messages::Request& request,
                        const Value& arguments) {
  if (statement.caller != request.caller)
    return fmt::format("is for a request of {}", statement.caller);
  if (statement.collective != request.collective)
    return fmt::format("is for the collective {}", statement.collective);
  if (statement.agent != request.agent || statement.action != request.action)
    return fmt::format("is for {}#{}", statement.agent, statement.action);
  if (!same_value(statement.arguments, arguments)) return "is for other arguments";
  if (!same_filter(statement.filter, request.filter)) return "is for another filter";
  std::vector<std::string> targets(request.targets.begin(), request.targets.end());
  std::sort(targets.begin(), targets.end());
  return statement.targets == targets ? "" : "is for other nodes";
}

}  // namespace muster::approval
