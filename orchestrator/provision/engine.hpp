// Provisions nodes as they appear, many at once. docs/LIFE_OF_A_NODE.md tells the story.
//
// What brings a node here: an announcement in the join zone, or presence that says
// provision=waiting or claimed (its orchestrator died, or an operator said `muster provision
// again`). All of that is retained on the bus, so an orchestrator that starts finds every node that
// waits; there is nothing to recover from a disk.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "orchestrator/admission/rules.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/join_desk.hpp"
#include "orchestrator/provision/live_world.hpp"
#include "orchestrator/provision/masters.hpp"
#include "orchestrator/provision/node_run.hpp"
#include "orchestrator/provision/stale_announcements.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "orchestrator/provision/trust_keeper.hpp"
#include "orchestrator/provision/workflow.hpp"
#include "proto/base/backoff.hpp"
#include "proto/transport/bus.hpp"

namespace muster::provision {

inline constexpr std::size_t kNodesMax = 100'000;  // known and not finished

struct EngineOptions {
  std::size_t in_flight = 100;  // nodes at once
  std::size_t per_master = 20;  // nodes at once with one master
  std::filesystem::path state_folder;
  // What the site says about names; the engine adds what it knows itself (masters, workflow).
  admission::Rules names;
  // Asks the machines' provider whether the instance that had a name is gone; empty: nobody is asked.
  std::filesystem::path instance_gone_program;
  // Called for each node that is finished or failed, and for each machine that waits for approval
  // of its name (Record::claim); writes the outbox.
  std::function<Status(const client::Record&)> notify;
  // TokenLedger::Options::on_full; empty: it is logged only.
  std::function<void(const std::string& why)> on_ledger_full = {};
};

// start() and the destructor on one thread; the rest is its own.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> start(client::Link& link, Workflow workflow,
                                               EngineOptions options);
  // Running steps end at their timeouts; leases are given back.
  ~Engine();

  // Every step anew, at once. A member is told so first, and keeps the wish; of a node in the join
  // zone only we know. Errc::aborted says why not. Waits for the node's answer; thread-safe.
  Status again(const std::string& identity);
  // Its record goes. Errc::aborted while it is being provisioned, or when there is no record.
  // Thread-safe.
  Status forget(const std::string& identity);
  // An operator lets the machine that waits under this name with that key take it, once. Errc::not_found
  // when none waits, Errc::refused when another one does. Thread-safe, as the next.
  Status approve(const std::string& identity, const std::string& key, const std::string& by);
  // The token is good for nothing any more, with any orchestrator.
  // As TokenLedger::in_use().
  std::vector<client::TokenEnd> tokens_in_use() const { return ledger_->in_use(); }
  Status revoke_token(const std::string& token_id, const std::string& by,
                      const std::string& reason);
  // What is kept below trust/. Lives as long as the engine; thread-safe.
  TrustKeeper& trust() { return *trust_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Node {
    std::optional<client::JoinAddress> join;
    std::string joined_with;  // fingerprint of its join key
    std::string address;      // as it told it
    std::string token;        // the id of the one that it joins with; of a member empty
    CertificateGrant grant;
    Value facts;
    std::optional<client::Record> record;
    bool running = false;
    bool settled = false;  // finished or failed: only an operator or a new announcement wakes it
    bool held_up = false;  // until there is a master with room
    bool anew = false;     // an operator said so
    TimePoint due{};
    std::unique_ptr<base::Backoff> backoff;
  };

  Engine(client::Link& link, Workflow workflow, EngineOptions options);
  Status open();
  Status subscribe();
  void open_desk();
  std::vector<Master> masters_online() const;
  admission::Rules rules() const;
  void on_waiting(const admission::Applicant& applicant, const std::string& reason);
  void on_record(const client::Record& record);
  void on_announcement(const transport::Message& message);
  // On the announcements' thread. With mutex_ held.
  void judge_again(const std::string& identity);
  void on_joiner(const Joiner& joiner);
  void on_refused(const std::string& identity, const std::string& reason);
  void on_fleet(const std::string& identity, bool online);
  Status check_waits(const std::string& identity) const;
  void schedule();
  void look_around(std::unique_lock<std::mutex>& lock);
  bool anyone_held_up() const;
  void go_on_with_held_up(bool all);
  void tell_finished();
  void start_due();
  // Those that may start now, in their order.
  std::vector<std::string> due_in_turn();
  void start_run(const std::string& identity, Node& node);
  void run(Candidature candidature);
  void finished(const std::string& identity, const Ending& ending, client::Record record);
  void will_try_again(const std::string& identity, Node& node, const Ending& ending,
                      client::Record& record);
  void publish(const client::Record& record);
  Node* node_for(const std::string& identity);
  TimePoint now() const;

  client::Link& link_;
  const Workflow workflow_;
  const EngineOptions options_;
  std::unique_ptr<TrustKeeper> trust_;
  std::unique_ptr<Debts> debts_;
  std::unique_ptr<client::Records> records_;
  std::unique_ptr<client::Fleet> fleet_;
  std::unique_ptr<client::Caller> caller_;
  std::unique_ptr<Masters> masters_;
  std::unique_ptr<LiveWorld> world_;
  std::unique_ptr<TokenLedger> ledger_;
  std::unique_ptr<JoinDesk> desk_;
  std::unique_ptr<CaQuestions> questions_;
  std::unique_ptr<InstanceGone> gone_;
  std::unique_ptr<StaleAnnouncements> stale_;
  std::shared_ptr<client::Worker<transport::Message>> announcements_;
  transport::Subscription announced_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Node> nodes_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  bool fleet_changed_ = false;
  std::set<std::string> healthy_masters_;  // when last looked
  std::thread scheduler_;
  struct Run {
    std::thread thread;
    std::atomic<bool> done{false};
  };
  std::list<Run> runs_;  // joined by the scheduler
};

}  // namespace muster::provision
