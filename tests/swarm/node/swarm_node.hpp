// A node of a swarm: the agent's real core, gate and agents on a machine that is made up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node-agent/core/node.hpp"
#include "node-agent/daemon/judgement.hpp"
#include "node-agent/presence/shown_facts.hpp"
#include "plugins/api/node.hpp"
#include "tests/support/played/runs.hpp"
#include "tests/swarm/node/surroundings.hpp"
#include "tests/swarm/node/swarm_host.hpp"
#include "tests/swarm/node/swarm_workplace.hpp"

namespace muster::swarm {

enum class SwarmRole {
  member,  // has its certificate from the start
  joins,   // begins in the join zone
  master   // a member with the CA of those who join
};

// On the loop's thread. Shares no cache with another node: each verifies what it is sent by itself.
class SwarmNode final : private plugins::Node {
 public:
  struct Spec {
    std::string name;
    std::size_t index = 0;  // of its facts
    SwarmRole role = SwarmRole::member;
    NodeKeys keys = {};
    NodesCa* signs_with = nullptr;  // of a master
    std::optional<std::filesystem::path> folder =
        std::nullopt;  // of one that joins, and outlives us
  };
  // Errc::config when the roots cannot be obeyed, Errc::io when what is in its folder is damaged.
  static Result<std::unique_ptr<SwarmNode>> make(Surroundings& around, Spec spec);
  ~SwarmNode() override;

  void start();
  void stop() { node_->on_stop(); }
  bool over() const { return host_->over(); }
  std::uint64_t received() const { return counts_.received; }
  std::uint64_t replies() const { return counts_.replies; }

 private:
  SwarmNode(Surroundings& around, Spec spec);
  std::vector<std::unique_ptr<plugins::Agent>> make_agents(const Spec& spec);
  agent::GateContext gate_context();
  agent::Identity core_identity() const;

  // plugins::Node
  const std::string& identity() const override { return name_; }
  std::string version() const override;
  Value facts() const override { return *facts_; }
  std::vector<std::string> classes() const override;
  std::vector<std::string> agents() const override { return table_.names(); }
  std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const override {
    return table_.ddls();
  }
  Value statistics() const override;
  std::vector<std::string> collectives() const override { return {around_.collective}; }
  const base::Clock& clock() const override { return clock_; }
  const plugins::PuppetPaths& puppet() const override { return puppet_; }
  std::filesystem::path state_folder() const override;
  plugins::Jobs& jobs() override { return runs_; }
  void enter_collective() override;
  void presence_changed() override;

  Surroundings& around_;
  const std::string name_;
  const std::string session_;
  NodeKeys keys_;
  const std::shared_ptr<const Value> facts_;
  const plugins::PuppetPaths puppet_;
  base::OffsetClock clock_;
  security::TrustStore operators_;
  security::ReplayWindow replay_;
  played::Runs runs_;
  const std::optional<NodeFolder> folder_;
  std::optional<SwarmWorkplace> place_;  // of one that joins
  agent::AgentTable table_;
  agent::ShownFacts shown_facts_;
  audit::AuditLog audit_;
  agent::Judgement judgement_;
  agent::GateStatistics counts_;
  agent::RequestGate gate_;
  std::unique_ptr<SwarmHost> host_;
  std::unique_ptr<agent::Node> node_;
};

}  // namespace muster::swarm
