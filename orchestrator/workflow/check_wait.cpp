#include "orchestrator/workflow/check_wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/transport/event_types.hpp"

namespace muster::workflow {
namespace {

Status check_seconds(const Value& seconds) {
  const bool good = seconds.is_number_integer() && seconds.get<std::int64_t>() >= 1 &&
                    seconds.get<std::int64_t>() <= kWaitMaxS;
  if (good) return {};
  return fail(Errc::config,
              fmt::format("'seconds' must be a whole number from 1 to {}", kWaitMaxS));
}

// A word that stands there as it is: whose approval, and of which event, no node says.
Status check_plain(const char* key, const Value& value) {
  if (!value.is_string()) return fail(Errc::config, fmt::format("'{}' must be a text", key));
  return base::check_word(key, value.get<std::string>());
}

Status check_event(const Value& with) {
  MUSTER_TRY(check_plain("event", with.at("event")));
  const auto type = with.at("event").get<std::string>();
  const std::vector<std::string> known(transport::kEvents.begin(), transport::kEvents.end());
  if (std::find(known.begin(), known.end(), type) == known.end())
    return fail(Errc::config, fmt::format("nobody tells of an event {}{}", base::quoted(type),
                                          base::hint_for(type, known)));
  if (with.contains("from") && with.at("from").is_string()) return {};
  return fail(Errc::config, "an event needs 'from', the name of the node that it is about");
}

}  // namespace

Status check_wait(const Step& step) {
  const auto& with = step.arguments;
  const bool event = with.contains("event");
  for (const auto& [name, value] : with.items())
    if (name != "seconds" && name != "node" && name != "approval" && name != "event" &&
        (name != "from" || !event))
      return fail(Errc::config,
                  fmt::format("'do: wait' has no input {}{}", base::quoted(name),
                              base::hint_for(name, {"seconds", "node", "approval", "event"})));
  if (with.size() - (with.contains("from") ? 1U : 0U) != 1)
    return fail(Errc::config,
                "'do: wait' needs one of with: {seconds: NUMBER}, {node: NAME}, {approval: GROUP} "
                "or {event: TYPE, from: NAME}");
  if (with.contains("seconds")) return check_seconds(with.at("seconds"));
  if (with.contains("approval")) return check_plain("approval", with.at("approval"));
  if (event) return check_event(with);
  if (!with.at("node").is_string()) return fail(Errc::config, "'node' must be a text");
  return {};
}

std::chrono::milliseconds usual_wait(const Step& step) {
  if (waits_for_approval(step)) return std::chrono::hours(24);
  if (waits_for_event(step)) return std::chrono::hours(1);
  return kind_of(step.kind).timeout;
}

}  // namespace muster::workflow
