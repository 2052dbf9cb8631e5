#include "plugins/agents/service/service_agent.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "plugins/agents/service/service_reply.hpp"

namespace muster::plugins::service {
namespace {

// Left of the caller's patience for the journal's lines and the reply itself.
constexpr std::chrono::milliseconds kReplyReserve{1'000};

// For systemd to have begun to stop the agent itself, whose end it cannot wait for.
constexpr std::chrono::milliseconds kOwnEndPatience{500};

struct Row {
  std::string_view action;
  systemd::Verb verb;
};

constexpr std::array kVerbs{Row{"start", systemd::Verb::start}, Row{"stop", systemd::Verb::stop},
                            Row{"restart", systemd::Verb::restart},
                            Row{"reload", systemd::Verb::reload}};

Result<systemd::UnitState> state_of(systemd::Manager& manager, const std::string& unit) {
  MUSTER_ASSIGN(auto state, manager.state(unit));
  // One whose file was removed while it ran can still be stopped.
  if (state.found() || state.running()) return state;
  return fail(no_such(unit, manager.unit_names().value_or(std::vector<std::string>())));
}

Result<ActionReply> set_enabled(systemd::Manager& manager, const std::string& unit, bool enabled) {
  MUSTER_ASSIGN(const bool changed, enabled ? manager.enable(unit) : manager.disable(unit));
  MUSTER_ASSIGN(const auto state, manager.state(unit));
  auto data = reply_of(state);
  data["changed"] = changed;
  return ActionReply::ok(std::move(data));
}

bool ends_us(systemd::Verb verb, const systemd::UnitState& state) {
  return state.main_pid == static_cast<std::uint32_t>(::getpid()) &&
         (verb == systemd::Verb::stop || verb == systemd::Verb::restart);
}

// systemd waits for us to end, and we for the replies under way: waiting for systemd as well would
// last until somebody's deadline.
Result<ActionReply> end_us(systemd::Manager& manager, systemd::Verb verb, const std::string& unit) {
  const auto result = manager.run(verb, unit, std::chrono::steady_clock::now() + kOwnEndPatience);
  if (!result && result.error().code != Errc::timeout) return fail(result.error());
  MUSTER_ASSIGN(const auto state, manager.state(unit));
  return ActionReply::ok(reply_of(state));
}

}  // namespace

ActionReply ServiceAgent::handle(const ActionRequest& request) {
  auto reply = answer(request);
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

Result<ActionReply> ServiceAgent::answer(const ActionRequest& request) const {
  MUSTER_ASSIGN(const auto unit,
                systemd::unit_name(request.data.at("service").get_ref<const std::string&>()));
  MUSTER_ASSIGN(auto manager, systemd::Manager::connect(surroundings_));
  MUSTER_ASSIGN(const auto state, state_of(manager, unit));
  if (request.action == "status") return ActionReply::ok(reply_of(state));
  if (request.action == "enable") return set_enabled(manager, unit, true);
  if (request.action == "disable") return set_enabled(manager, unit, false);
  for (const auto& row : kVerbs)
    if (row.action == request.action) {
      if (ends_us(row.verb, state)) return end_us(manager, row.verb, unit);
      return run(manager, row.verb, unit, request.deadline);
    }
  return fail(Errc::unknown_action, fmt::format("service has no action '{}'", request.action));
}

Result<ActionReply> ServiceAgent::run(systemd::Manager& manager, systemd::Verb verb,
                                      const std::string& unit,
                                      std::chrono::steady_clock::time_point deadline) const {
  const auto result = manager.run(verb, unit, deadline - kReplyReserve);
  if (!result && result.error().code != Errc::timeout) return fail(result.error());
  MUSTER_ASSIGN(const auto state, manager.state(unit));
  if (!result)
    return ActionReply{1,
                       fmt::format("{} is not done within the time of this call: it is {} ({}), "
                                   "and systemd goes on with it",
                                   state.unit, state.active_state, state.sub_state),
                       reply_of(state)};
  auto why = why_not(verb, *result, state);
  if (why.empty()) return ActionReply::ok(reply_of(state));
  if (const auto lines = systemd::journal_tail(surroundings_, state); !lines.empty())
    why += "; its journal ends with:\n" + lines;
  return ActionReply{1, std::move(why), reply_of(state)};
}

}  // namespace muster::plugins::service
