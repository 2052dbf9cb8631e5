#include "plugins/data/service/service_data.hpp"

namespace muster::plugins::data {

Result<Value> ServiceData::query(const std::optional<std::string>& argument) {
  MUSTER_ASSIGN(const auto unit, systemd::unit_name(argument.value_or("")));
  MUSTER_ASSIGN(auto manager, systemd::Manager::connect(surroundings_));
  MUSTER_ASSIGN(const auto state, manager.state(unit));
  return Value{{"status", state.running() ? "running" : "stopped"},
               {"exists", state.found()},
               {"enabled", state.enabled()},
               {"active_state", state.active_state},
               {"sub_state", state.sub_state},
               {"pid", state.main_pid}};
}

}  // namespace muster::plugins::data
