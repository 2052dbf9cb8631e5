#include "plugins/agents/service/service_reply.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::plugins::service {
namespace {

constexpr std::string_view kSuffix = ".service";

// As people type it.
std::string short_name(std::string_view unit) {
  return std::string(unit.ends_with(kSuffix) ? unit.substr(0, unit.size() - kSuffix.size()) : unit);
}

std::string_view undone(systemd::Verb verb) {
  switch (verb) {
    case systemd::Verb::start:
      return "did not start";
    case systemd::Verb::stop:
      return "did not stop";
    case systemd::Verb::restart:
      return "did not restart";
    case systemd::Verb::reload:
      return "did not reload";
  }
  return "did not";
}

std::string in_words(std::string_view result) {
  if (result == "dependency") return "a unit that it needs could not be started";
  if (result == "canceled") return "another request took the place of this one";
  if (result == "timeout") return "systemd's own time limit for it passed";
  if (result == "invalid" || result == "skipped") return "it is not running";
  return fmt::format("systemd says {}", base::quoted(result));
}

// "exit-code, status 1".
std::string of_the_process(const systemd::UnitState& state) {
  if (state.result.empty() || state.result == "success") return "it failed";
  if (state.result == "exit-code")
    return fmt::format("its program ended with exit code {}", state.exit_status);
  return fmt::format("it ended by '{}'", state.result);
}

}  // namespace

Value reply_of(const systemd::UnitState& state) {
  return {{"status", state.running() ? "running" : "stopped"},
          {"enabled", state.enabled()},
          {"unit_file_state", state.unit_file_state},
          {"active_state", state.active_state},
          {"sub_state", state.sub_state},
          {"pid", state.main_pid},
          {"since", state.since_s},
          {"unit", state.unit}};
}

Error no_such(const std::string& unit, const std::vector<std::string>& known) {
  std::vector<std::string> names;
  for (const auto& name : known) names.push_back(short_name(name));
  const auto near = base::nearest(short_name(unit), names);
  return {Errc::not_found,
          fmt::format("no service {} on this node{}", base::quoted(short_name(unit)),
                      near ? fmt::format("; did you mean {}?", base::quoted(*near))
                           : "; 'systemctl list-unit-files' there lists what it has")};
}

std::string why_not(systemd::Verb verb, std::string_view result, const systemd::UnitState& state) {
  const bool brings_up = verb == systemd::Verb::start || verb == systemd::Verb::restart;
  // A program that ends at once has been started as far as its job goes.
  if (result == "done" && !(brings_up && state.active_state == "failed")) return "";
  const auto reason =
      result == "failed" || result == "done" ? of_the_process(state) : in_words(result);
  return fmt::format("{} {}: {}", state.unit, undone(verb), reason);
}

}  // namespace muster::plugins::service
