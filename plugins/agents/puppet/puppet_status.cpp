#include "plugins/agents/puppet/puppet_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/agents/puppet/last_run.hpp"
#include "plugins/agents/puppet/puppet_state.hpp"
#include "proto/base/clock.hpp"

namespace muster::plugins::puppet {
namespace {

// "2 days 3 hours 12 minutes 5 seconds", as MCollective's puppet agent said it.
std::string duration(std::int64_t seconds) {
  struct Unit {
    const char* name;
    std::int64_t seconds;
  };
  std::string text;
  for (const auto& unit : {Unit{"day", 86400}, Unit{"hour", 3600}, Unit{"minute", 60}}) {
    const auto count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (count > 0) text += fmt::format("{} {}{} ", count, unit.name, count == 1 ? "" : "s");
  }
  return text + fmt::format("{} second{}", seconds, seconds == 1 ? "" : "s");
}

std::string_view word_for(bool enabled, bool applying, bool daemon) {
  if (!enabled) return "disabled";
  if (applying) return "applying a catalog";
  return daemon ? "idling" : "stopped";
}

}  // namespace

Value status_reply(const Node& node) {
  const auto why_disabled = disabled_message(node.puppet());
  const bool applying = applying_pid(node.puppet()).has_value();
  const bool daemon = daemon_pid(node.puppet()).has_value();
  const auto last = last_run_s(node.puppet());
  const auto since = last == 0 ? -1 : node.clock().unix_ms() / base::kMsPerSecond - last;
  const auto word = word_for(!why_disabled, applying, daemon);
  const auto message = last == 0 ? fmt::format("Currently {}; no run has completed yet", word)
                                 : fmt::format("Currently {}; last completed run {} ago", word,
                                               duration(std::max<std::int64_t>(since, 0)));
  return {{"enabled", !why_disabled}, {"disable_message", why_disabled.value_or("")},
          {"applying", applying},     {"idling", daemon && !applying},
          {"daemon_present", daemon}, {"lastrun", last},
          {"since_lastrun", since},   {"status", word},
          {"message", message}};
}

}  // namespace muster::plugins::puppet
