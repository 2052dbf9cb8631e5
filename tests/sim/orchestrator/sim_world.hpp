// The world of provisioning in a simulation: calls, members, jobs that end, masters.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/provision/world.hpp"
#include "proto/loop/bells.hpp"
#include "tests/sim/orchestrator/calls.hpp"
#include "tests/sim/orchestrator/orchestrator_disk.hpp"
#include "tests/sim/orchestrator/presences.hpp"
#include "tests/sim/orchestrator/sim_masters.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimWorld final : public provision::World {
 public:
  struct Parts {
    BusMember& bus;
    Presences& presences;
    Calls& calls;
    SimMasters& masters;
    loop::Waits& waits;
    OrchestratorDisk& disk;
  };
  // Before BusMember::open().
  explicit SimWorld(const Parts& parts);

  // Has masters that are back clean what they owe, as DebtPayments::pay().
  loop::Task<Status> pay_debts();
  void member_changed(const std::string& identity) { members_.ring(identity); }

  loop::Task<Result<Value>> call(std::string identity, std::optional<client::JoinAddress> join,
                                 provision::Question question) override;
  loop::Task<std::vector<Result<Value>>> call_masters(std::vector<std::string> identities,
                                                      provision::Question question) override;
  loop::Task<std::vector<provision::MasterCandidate>> candidates() override {
    return parts_.masters.candidates();
  }
  Result<provision::Master> master(const std::string& identity) override {
    return parts_.masters.find(identity);
  }
  bool enlist(const std::string& master) override { return parts_.masters.enlist(master); }
  void dismiss(const std::string& master) override { parts_.masters.dismiss(master); }
  void set_aside(const std::string& master, const std::string& why) override {
    parts_.masters.set_aside(master, why);
  }
  std::vector<provision::FoundMember> discover(const filter::Filter& filter) override;
  std::vector<std::string> known_masters() override { return parts_.masters.known(); }
  loop::Task<Status> owe_clean(std::string master, std::string certname,
                               std::int64_t issued_before_ms) override;
  std::string member_ca(const std::string& identity) override;
  loop::Task<Status> wait_member(std::string identity, std::chrono::milliseconds timeout) override;
  loop::Task<bool> wait_job(std::string identity, std::string job,
                            std::chrono::milliseconds patience) override;
  // Nobody waits for any.
  loop::Task<Status> wait_event(std::string type, std::string, std::int64_t,
                                std::chrono::milliseconds) override {
    co_return fail(Errc::timeout, "no event " + type);
  }
  loop::Task<bool> sleep(std::chrono::milliseconds time) override;
  // There are none.
  loop::Task<Result<std::string>> run_program(provision::Program program) override {
    co_return fail(Errc::not_found, program.command.front() + ": there are no programs here");
  }
  // Nobody is decommissioned.
  loop::Task<Status> ban(std::string identity, std::string, std::string) override {
    co_return fail(Errc::not_found, identity + ": nobody is banned here");
  }
  loop::Task<Status> notify(client::Record record) override;
  std::int64_t unix_ms() override { return parts_.bus.clock().unix_ms(); }
  std::uint64_t times_cut_off() override { return cut_off_; }
  loop::Random& random() override { return parts_.bus.around().loop; }

 private:
  void hear_event(const transport::Message& message);
  loop::Task<Status> write(std::function<void()> change);
  loop::Task<Status> pay(std::string master, std::string certname, std::int64_t issued_before_ms);

  const Parts parts_;
  std::uint64_t cut_off_ = 0;
  loop::Bells members_;          // by identity
  loop::Bells jobs_;             // by node and job
  std::set<std::string> ended_;  // the same, of jobs that nobody has asked for yet
};

}  // namespace muster::sim
