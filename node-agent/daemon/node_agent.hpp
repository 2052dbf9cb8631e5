// The node agent: the parts that a node is made of on this machine, and the loop on which its core lives.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "node-agent/config/agent_config.hpp"
#include "node-agent/core/node.hpp"
#include "node-agent/daemon/daemon_host.hpp"
#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/judgement.hpp"
#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/dispatch/agent_table.hpp"
#include "node-agent/external/agent_watch.hpp"
#include "node-agent/jobs/job_spool.hpp"
#include "node-agent/jobs/settled_jobs.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/presence/shown_facts.hpp"
#include "plugins/api/node.hpp"
#include "plugins/facts/fact_store.hpp"
#include "proto/loop/real/event_loop.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/security/known_roots.hpp"

namespace muster::agent {

// create(), then run() on one thread; stop() and reload() from any other.
class NodeAgent final : public plugins::Node {
 public:
  static Result<std::unique_ptr<NodeAgent>> create(AgentConfig config);
  ~NodeAgent() override;

  // Serves until told otherwise. At a reload `reread` gives the configuration anew: what can be changed
  // beside the work is, the link stays, and only for the rest it ends with End::reload.
  Result<End> run(const std::function<void(const std::string& status)>& on_status,
                  std::function<Result<AgentConfig>()> reread = {});
  void stop();
  void reload();

  // plugins::Node
  const std::string& identity() const override { return identity_; }
  std::string version() const override;
  Value facts() const override;
  void refresh_facts() override { facts_.refresh(); }
  std::vector<std::string> classes() const override;
  std::vector<std::string> agents() const override;
  std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const override;
  std::vector<plugins::DisabledAgent> disabled_agents() const override;
  std::vector<std::string> data_plugins() const override;
  Result<Value> query_data(const std::string& name,
                           const std::optional<std::string>& argument) const override;
  Value statistics() const override;
  std::vector<std::string> collectives() const override { return bus_.collectives; }
  const base::Clock& clock() const override { return clock_; }
  const plugins::PuppetPaths& puppet() const override { return config_.puppet; }
  std::filesystem::path state_folder() const override { return config_.state_folder; }
  plugins::Jobs& jobs() override { return *settled_jobs_; }
  std::string boot_id() const override { return boot_id_; }
  std::vector<std::string> reboot_command() const override { return config_.reboot_command; }
  void enter_collective() override;
  Status can_join() const override;
  void leave_collective() override;
  void presence_changed() override;

 private:
  using Core = agent::Node;  // plugins::Node is what its agents see

  NodeAgent(AgentConfig config, std::string identity, BusSettings bus);
  Status start();
  void job_finished(const std::string& id);
  void watch_agents();
  GateContext gate_context();

  // Puts on the loop what the node shall be told; before run() it is served then.
  void on_loop(std::function<void(Core&)> event);
  Identity core_identity() const;
  std::unique_ptr<DaemonHost> make_host();
  // SIGHUP: puts in force what can be changed beside the work.
  Reread reread();
  bool needs_new_start(AgentConfig fresh) const;
  void set_first_clock();

  AgentConfig config_;  // changed on the loop alone, and only in what no other thread reads
  const std::string identity_;
  BusSettings bus_;
  const std::string bus_files_;  // what `bus_` was made from, to see whether it has changed
  base::SystemClock system_clock_;
  base::OffsetClock clock_{system_clock_};
  const std::int64_t started_at_ms_;
  const std::string session_id_;
  const std::string boot_id_;            // empty: the kernel does not say
  loop::EventLoop loop_{clock_};         // before whatever has threads that use it
  std::atomic<bool> spool_open_{false};  // jobs_ and settled_jobs_ may be used by other threads
  security::TrustStore operators_{clock_};
  std::unique_ptr<security::KnownRoots> roots_;
  std::optional<RevocationWatch> revocations_;
  std::optional<security::ReplayWindow> replay_;
  facts::FactStore facts_;
  ShownFacts shown_facts_;
  std::unique_ptr<policy::PolicyStore> policies_;
  std::optional<approval::Checker> approvals_;
  std::optional<Judgement> judgement_;
  std::unique_ptr<jobs::SettledJobs> settled_jobs_;  // the spool's threads use it
  std::unique_ptr<jobs::JobSpool> jobs_;
  std::optional<AgentTable> table_;
  std::optional<DataTable> data_;
  GateStatistics statistics_;
  audit::AuditLog audit_;
  std::optional<RequestGate> gate_;
  std::unique_ptr<external::AgentWatch> agent_watch_;
  std::function<void(const std::string&)> on_status_;
  std::function<Result<AgentConfig>()> reread_;
  End end_ = End::stopped;
  std::unique_ptr<DaemonHost> host_;  // its threads use everything else
  std::unique_ptr<Core> node_;
};

}  // namespace muster::agent
