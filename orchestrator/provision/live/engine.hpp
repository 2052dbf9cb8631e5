// Provisions nodes as they appear, many at once. docs/LIFE_OF_A_NODE.md tells the story.
//
// What brings a node here: an announcement in the join zone, or presence that says
// provision=waiting or claimed (its orchestrator died, or an operator said `muster provision
// again`). All of that is retained on the bus, so an orchestrator that starts finds every node that
// waits; there is nothing to recover from a disk.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/rules.hpp"
#include "orchestrator/client/kept_workflows.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/departures.hpp"
#include "orchestrator/provision/join_desk.hpp"
#include "orchestrator/provision/live/announcements.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/attestation_program.hpp"
#include "orchestrator/provision/live/debt_payments.hpp"
#include "orchestrator/provision/live/gone_program.hpp"
#include "orchestrator/provision/live/live_collective.hpp"
#include "orchestrator/provision/live/live_join_zone.hpp"
#include "orchestrator/provision/live/live_ledger.hpp"
#include "orchestrator/provision/live/live_retire_site.hpp"
#include "orchestrator/provision/live/live_world.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "orchestrator/provision/live/stale_announcements.hpp"
#include "orchestrator/provision/live/trust_keeper.hpp"
#include "orchestrator/provision/lost_records.hpp"
#include "orchestrator/provision/orders.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/record_notes.hpp"
#include "orchestrator/provision/retirements.hpp"
#include "orchestrator/provision/step_approvals.hpp"
#include "orchestrator/provision/workflows.hpp"
#include "orchestrator/workflow/rules.hpp"
#include "proto/loop/real/closable_poster.hpp"
#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/transport/bus.hpp"

namespace muster::provision {

// How nodes' last runs ended, from our disk: for records that nobody shows any more.
struct RunsRemembered {
  std::function<std::vector<std::string>()> nodes = {};  // of whom something is; at the start
  // Its last record; nothing: none. On a writer's thread. Empty: nothing is remembered.
  std::function<std::optional<client::Record>(const std::string& node)> latest = {};
};

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
  // Each record that is heard, whoever wrote it, on a verifier; must not take long. Empty: nobody wants to know.
  std::function<void(const client::Record&)> heard = {};
  // Has the last word about machines that the rules would let in; without program: the rules alone decide.
  AttestationOptions attestation = {};
  // Each word of it, on threads of its own. Empty: nobody wants to know.
  AttestationProgram::Tell attestation_told = {};
  RunsRemembered remembered = {};
  // That a node goes through that is to go; null: none does.
  workflow::WorkflowPtr decommission = nullptr;
  // What becomes of a master that is to go, on a writer's thread; writes the outbox. Empty: nobody is told.
  LiveRetireSite::Tell tell_retirement = {};
};

// What drives a Provisioner on the bus: it brings what comes in, from whichever thread, onto one loop, and has what takes long
// (signatures, disks, other programs) done beside it. start() and the destructor on one thread.
class Engine {
 public:
  // `rules`: which workflow a node gets.
  static Result<std::unique_ptr<Engine>> start(client::Link& link, workflow::Rules rules,
                                               EngineOptions options);
  // What runs ends at once, and leases are given back.
  ~Engine();

  // As Orders::carry_out(). Waits for the nodes' answers; thread-safe.
  std::vector<Orders::Outcome> carry_out(Order order, const std::vector<std::string>& nodes,
                                         const std::string& by);
  // An operator lets the machine that waits under this name with that key take it, once. Errc::not_found
  // when none waits, Errc::refused when another one does. Thread-safe, as the next.
  Status approve(const std::string& identity, const std::string& key, const std::string& by);
  // As Departures::carry_out(); not from the loop.
  std::vector<Departures::Outcome> decommission(const std::vector<std::string>& nodes,
                                                const std::string& by);
  // As StepApprovals; not from the loop.
  Result<std::string> group_of_step(const WaitingStep& step);
  Status approve_step(const WaitingStep& step, const std::string& by);
  // As TokenLedger::in_use().
  std::vector<client::TokenEnd> tokens_in_use();
  // The token is good for nothing any more, with any orchestrator.
  Status revoke_token(const std::string& token_id, const std::string& by,
                      const std::string& reason);
  // Who is on the bus, with an index. As the next.
  const client::Fleet& fleet() const { return *fleet_; }
  client::Records& records() { return *records_; }
  // What is kept below trust/. Lives as long as the engine; thread-safe.
  TrustKeeper& trust() { return *trust_; }

 private:
  Engine(client::Link& link, workflow::Rules rules, EngineOptions options);
  Status open();
  void open_threads();
  Status open_workflows();
  Status open_ledger();
  void open_parts();
  void open_lost_records();
  void open_retirements();
  loop::Task<std::optional<client::Record>> last_run_of(std::string node);
  Status subscribe();
  void open_desk();
  void open_provider();
  void open_attestation();
  std::vector<Master> masters_online() const;
  admission::Rules rules() const;
  // Each of these comes on a thread of its own, and goes on on the loop.
  void on_record(const client::Record& record);
  void on_fleet(const client::MemberChange& change);
  void on_workflow(const std::string& hash, const std::string& text);
  void post(std::function<void()> task);
  // On the loop, as the rest.
  void member_changed(const std::string& identity);
  void member_left(const std::string& identity);
  void on_orchestrator_left(const client::LifecycleEvent& event);
  void on_announcement(transport::Message message, Announcements::Done done);
  loop::Task<std::vector<client::TokenEnd>> find_tokens_in_use();
  void fewer_are_believed();
  void sign_anew();
  void tell_ledger_full(const std::string& why);
  void look_soon();
  void look_around();
  loop::Task<Status> look();
  loop::Task<Status> pay_debts();
  void begin_to_stop();
  void end_if_idle();

  client::Link& link_;
  const workflow::Rules rules_;
  const EngineOptions options_;
  loop::LoopThread thread_;
  const std::shared_ptr<loop::ClosablePoster> poster_;  // for those who may outlive the loop
  loop::Waits waits_;
  std::unique_ptr<TrustKeeper> trust_;
  std::unique_ptr<DebtKeeper> debts_;
  std::unique_ptr<client::Records> records_;
  std::unique_ptr<client::Fleet> fleet_;
  Workflows workflows_;  // that nodes began with
  std::unique_ptr<client::KeptWorkflows> kept_workflows_;
  std::unique_ptr<client::Caller> caller_;
  std::unique_ptr<StaleAnnouncements> stale_;
  // What they do uses what is above, and goes on on the loop.
  std::unique_ptr<loop::ThreadPool> senders_;   // sign requests
  std::unique_ptr<loop::ThreadPool> writers_;   // disks
  std::unique_ptr<loop::ThreadPool> recorder_;  // signs records, in their order
  std::unique_ptr<loop::ThreadPool>
      verifier_;  // checks announcements, signs answers and uses of tokens
  std::unique_ptr<loop::ThreadPool>
      program_threads_;                 // run the site's programs; null: no step has one
  std::unique_ptr<Programs> programs_;  // the same
  std::unique_ptr<LiveLedger> ledger_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<Masters> masters_;
  std::unique_ptr<DebtPayments> payments_;
  std::unique_ptr<LiveWorld> world_;
  std::unique_ptr<LiveCollective> collective_;
  std::unique_ptr<RecordNotes> notes_;
  std::unique_ptr<LostRecords> lost_records_;
  std::unique_ptr<CaQuestions> questions_;
  std::unique_ptr<GoneProgram> gone_program_;                // null: no provider is asked
  std::unique_ptr<loop::ThreadPool> gone_asker_;             // runs it; the same
  std::unique_ptr<InstanceGone> gone_;                       // the same
  std::unique_ptr<AttestationProgram> attestation_program_;  // null: the rules alone decide
  std::unique_ptr<loop::ThreadPool> attestation_askers_;     // run it; the same
  std::unique_ptr<Attestor> attestor_;                       // the same
  std::unique_ptr<LiveJoinZone> zone_;
  std::unique_ptr<JoinDesk> desk_;
  std::shared_ptr<Announcements> announcements_;
  transport::Subscription announced_;
  std::unique_ptr<client::Events> orchestrators_leaving_;
  client::Observers::Handle fewer_believed_;
  loop::Stories signing_;  // what somebody signed who was revoked
  loop::Stories paying_;   // a round of debts, beside what is looked at
  loop::Timer look_due_;
  std::chrono::steady_clock::time_point looked_{};
  loop::Task<Status> looking_;
  bool is_looking_ = false;
  bool look_again_ = false;  // somebody came or went meanwhile
  bool is_started_ = false;
  std::unique_ptr<Provisioner> provisioner_;
  std::unique_ptr<Orders> orders_;
  std::unique_ptr<Departures> departures_;
  std::unique_ptr<StepApprovals> step_approvals_;
  std::unique_ptr<LiveRetireSite> retire_site_;
  std::unique_ptr<Retirements> retirements_;
};

}  // namespace muster::provision
