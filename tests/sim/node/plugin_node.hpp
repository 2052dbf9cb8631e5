// What agents of a simulated machine may ask of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node-agent/dispatch/agent_table.hpp"
#include "plugins/api/node.hpp"
#include "tests/sim/node/machine_spec.hpp"

namespace muster::sim {

inline constexpr const char* kVersion = "0.1.0";

// On the loop's thread. What it is given must outlive it.
class PluginNode final : public plugins::Node {
 public:
  struct Calls {
    std::function<void()> enter_collective;
    std::function<void()> leave_collective;
    std::function<void()> presence_changed;
  };
  PluginNode(const MachineSpec& machine, const std::string& collective, const base::Clock& clock,
             plugins::Jobs& jobs, Calls calls)
      : machine_(machine),
        collective_(collective),
        clock_(clock),
        jobs_(jobs),
        calls_(std::move(calls)) {}
  // Of the agents that were made with this node.
  void serve(const agent::AgentTable& table) { table_ = &table; }

  const std::string& identity() const override { return machine_.name; }
  std::string version() const override { return kVersion; }
  Value facts() const override { return machine_.facts; }
  std::vector<std::string> classes() const override { return {}; }
  std::vector<std::string> agents() const override { return table_->names(); }
  std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const override {
    return table_->ddls();
  }
  Value statistics() const override { return Value::object(); }
  std::vector<std::string> collectives() const override { return {collective_}; }
  const base::Clock& clock() const override { return clock_; }
  const plugins::PuppetPaths& puppet() const override { return paths_; }
  std::filesystem::path state_folder() const override { return {}; }  // there is no disk
  plugins::Jobs& jobs() override { return jobs_; }
  void enter_collective() override { calls_.enter_collective(); }
  void leave_collective() override { calls_.leave_collective(); }
  void presence_changed() override { calls_.presence_changed(); }

 private:
  const MachineSpec& machine_;
  const std::string& collective_;
  const base::Clock& clock_;
  plugins::Jobs& jobs_;
  const Calls calls_;
  const plugins::PuppetPaths paths_;
  const agent::AgentTable* table_ = nullptr;
};

}  // namespace muster::sim
