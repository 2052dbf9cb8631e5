// An orchestrator's program in virtual time, from its start to its end: the real desk, ledger and Provisioner between a bus
// and masters that are played. As provision::Engine, which drives the same on the real bus.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/provision/join_desk.hpp"
#include "orchestrator/provision/live/announcements.hpp"
#include "orchestrator/provision/lost_records.hpp"
#include "orchestrator/provision/orders.hpp"
#include "orchestrator/provision/retirements.hpp"
#include "tests/sim/orchestrator/sim_debts.hpp"
#include "tests/sim/orchestrator/sim_join_zone.hpp"
#include "tests/sim/orchestrator/sim_ledger.hpp"
#include "tests/sim/orchestrator/sim_retire_site.hpp"
#include "tests/sim/orchestrator/sim_world.hpp"
#include "tests/sim/surroundings/program_timers.hpp"

namespace muster::sim {

struct OrchestratorOptions {
  std::size_t in_flight = 100;  // nodes at once
  std::size_t per_master = 50;  // of them with one master
  bool masters_lend = false;    // those are for all orchestrators together (ADR 103); else for each
};

// On the loop's thread. What it is given must outlive it. What it does when it is destroyed is what a killed process does:
// nothing.
class SimEngine {
 public:
  struct Parts {
    Surroundings& around;
    const Site& site;
    const std::string& name;
    const Holder& holder;
    const workflow::Workflow& workflow;
    const std::map<std::string, x509::Certificate>& cas;  // by master
    const OrchestratorOptions& options;
    OrchestratorDisk& disk;
    const Cable& cable;
    ProgramTimers& timers;
  };
  explicit SimEngine(const Parts& parts);
  ~SimEngine();

  const SimCollective& collective() const { return collective_; }
  const SimMasters& masters() const { return masters_; }
  SimMarks& marks() { return marks_; }
  const SimMarks& marks() const { return marks_; }
  // The cable is another now.
  void plug() { bus_.link().plug(parts_.cable); }
  // As by SIGTERM: every wait ends, no run begins, and leases are given back. It is to be destroyed once that is done.
  void leave() { waits_.stop(); }
  // As by SIGSTOP, and SIGCONT. Whoever owns its timers stops those as well.
  void stop(bool is_stopped) { bus_.link().stop(is_stopped); }

 private:
  void begin();
  void hear_announcement(transport::Message message, provision::Announcements::Done done);
  void hear_departure(const transport::Message& message);
  void on_member(const std::string& identity, bool online);
  void on_record(const client::Record& record);
  void remember(const client::Record& record);
  loop::Task<std::optional<client::Record>> remembered(std::string identity);
  void look_around();
  loop::Task<Status> look();

  const Parts parts_;
  BusMember bus_;
  loop::Waits waits_;
  Presences presences_;
  Calls calls_;
  SimMarks marks_;
  SimMasters masters_;
  SimCollective collective_;
  SimWorld world_;
  SimLedger ledger_;
  SimDebts debts_;
  SimRetireSite retire_site_;
  const workflow::Rules rules_;
  provision::Provisioner provisioner_;
  provision::Orders orders_;
  provision::Retirements retirements_;
  provision::RecordNotes notes_;
  provision::CaQuestions questions_;
  provision::LostRecords lost_records_;
  SimJoinZone zone_;
  provision::JoinDesk desk_;
  const std::shared_ptr<loop::ClosablePoster> door_;
  const std::shared_ptr<provision::Announcements> announcements_;
  loop::Timer look_;
  loop::Task<Status> looking_;
  bool is_open_ = false;  // it has heard all that is retained
  bool is_looking_ = false;
};

}  // namespace muster::sim
