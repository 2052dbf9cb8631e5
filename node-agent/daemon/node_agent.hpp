// The node agent: facts, agents, dispatch and one session on the bus at a time.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "node-agent/config/agent_config.hpp"
#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/judgement.hpp"
#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/daemon/signals.hpp"
#include "node-agent/dispatch/agent_table.hpp"
#include "node-agent/dispatch/dispatcher.hpp"
#include "node-agent/external/agent_watch.hpp"
#include "node-agent/jobs/job_spool.hpp"
#include "node-agent/jobs/settled_jobs.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/join/join_identity.hpp"
#include "node-agent/presence/own_presence.hpp"
#include "node-agent/presence/presence.hpp"
#include "node-agent/presence/shown_facts.hpp"
#include "node-agent/registration/registration.hpp"
#include "node-agent/renewal/certificate_renewal.hpp"
#include "node-agent/revocation/crl_courier.hpp"
#include "plugins/api/node.hpp"
#include "plugins/facts/fact_store.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/host_name.hpp"
#include "proto/base/throttle.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/security/known_roots.hpp"

namespace muster::agent {

class JoinSession;
struct AnnouncementContent;
class MemberSession;

// Before a session ends, for the replies of what runs.
inline constexpr std::chrono::milliseconds kReplyPatience{5'000};

// create(), then run() on one thread; stop() and reload() from any other.
class NodeAgent final : public plugins::Node {
 public:
  static Result<std::unique_ptr<NodeAgent>> create(AgentConfig config);
  ~NodeAgent() override;

  enum class End { stopped, reload };
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
  void enter_collective() override;
  void presence_changed() override;

 private:
  NodeAgent(AgentConfig config, std::string identity, BusSettings bus);
  Status start();
  void job_finished(const std::string& id);
  void watch_agents();
  GateContext gate_context();

  // What a session's end means for the next one.
  enum class Next { member, join, stop, reload };
  Next serve_member();
  // Shows the node, and tells that it is there.
  void arrive(MemberSession& session);
  Next serve_join();
  Next after_refusal(const Error& why);
  Next wind_up(Next next);
  std::optional<Next> judge_anew(MemberSession& session);
  std::optional<Next> on_member_signal(MemberSession& session, const Signal& signal);
  std::optional<Next> on_join_signal(JoinSession& session, Signal signal, std::string& nonce);
  std::optional<Next> on_join_message(JoinSession& session, std::string message,
                                      std::string& nonce);
  bool announce(JoinSession& session, std::string& nonce);
  // Whether what presence would show has changed since it was announced.
  bool facts_changed() const;
  // Whether the host has got another name since this node was given its own.
  bool is_renamed() const;
  // Whether Puppet, or its puppet.conf, is another than when we looked where it keeps things.
  bool puppet_changed() const;
  void tell_if_renamed();
  std::optional<Next> reload_in_place(MemberSession& session);
  bool needs_new_start(AgentConfig fresh) const;
  // After a collection of facts: what waited for it.
  void on_gathered(MemberSession& session);
  // Puppet runs whose facts are gathered: taken, ended for whoever asks, told to whoever listens.
  void take_looked_runs();
  void settle_runs();
  void tell_runs();
  Status announce_wishes(AnnouncementContent& content) const;
  // Waits, but wakes for stop and reload.
  std::optional<Next> pause(std::chrono::milliseconds patience);
  PresenceContent describe() const;  // without facts
  std::string presence() const;
  // What this node offers at the moment, and that it does.
  void show(MemberSession& session);
  void tell_doubtful_classes();
  // After somebody else was shown in our place.
  void restore(MemberSession& session);
  void tell_of_other(const OtherPresence& other);
  void follow_root(MemberSession& session, const std::string& statement);
  void register_when_due(MemberSession& session, RegistrationTimes& times);
  // On a master: has its CA's revocation list delivered, `again` also when it was before.
  void deliver_revocations(bool again);
  void tell(const char* event, const Value& data);
  void set_first_clock();
  void status(const std::string& text) const;

  AgentConfig config_;  // changed by run()'s thread alone, and only in what no other thread reads
  const std::string identity_;
  BusSettings bus_;
  const std::string bus_files_;  // what `bus_` was made from, to see whether it has changed
  base::SystemClock system_clock_;
  base::OffsetClock clock_{system_clock_};
  const std::int64_t started_at_ms_;
  const std::string session_id_;
  // Before whatever has threads that use them.
  Signals signals_{kSignalsMax};
  std::mutex member_mutex_;
  MemberSession* member_ = nullptr;  // the open one, for events from other threads
  // A Puppet run has ended once its facts are there, and shown.
  struct EndedRun {
    std::string job;
    std::uint64_t gathers = 0;
  };
  std::mutex ended_runs_mutex_;
  std::vector<EndedRun> ended_runs_;
  std::vector<std::string> looked_runs_;  // of run()'s thread: not told yet
  std::atomic<bool> spool_open_{false};   // jobs_ and settled_jobs_ may be used by other threads
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
  std::unique_ptr<external::AgentWatch> agent_watch_;
  std::unique_ptr<Dispatcher> dispatcher_;
  base::Backoff backoff_;
  std::optional<std::chrono::steady_clock::time_point> lost_at_;  // the member's link
  base::Throttle others_{clock_, {.burst = 3, .every = std::chrono::milliseconds(60'000)}};
  base::Throttle refused_roots_{clock_, {.burst = 3, .every = std::chrono::milliseconds(60'000)}};
  bool taken_over_ = false;  // by another client with our key, which has not been named yet
  int refusals_ = 0;         // of our certificate by the broker, in a row
  bool trusted_soon_ =
      false;  // an orchestrator or a new certificate says the next attempt should work
  std::function<void(const std::string&)> on_status_;
  std::function<Result<AgentConfig>()> reread_;
  std::optional<std::uint64_t> reload_gathers_;  // the collection of facts that ends a reload
  bool register_now_ = false;
  std::string host_name_ = base::host_name();  // when it was last looked at
  Value announced_facts_;                      // those that presence would show
  std::vector<std::string> announced_agents_;
  std::vector<std::string> doubtful_classes_;    // those that were told of
  std::unique_ptr<CrlCourier> courier_;          // on a master; the first to go
  std::unique_ptr<CertificateRenewal> renewal_;  // of a member
};

}  // namespace muster::agent
