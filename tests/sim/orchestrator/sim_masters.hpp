// The masters of a simulation as an orchestrator knows them: who is online, how it is, how many nodes it has.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/provision/set_aside.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/bells.hpp"
#include "tests/sim/orchestrator/calls.hpp"
#include "tests/sim/orchestrator/presences.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimMasters {
 public:
  // `cas`: by the master's name.
  SimMasters(Presences& presences, Calls& calls, loop::Waits& waits,
             std::map<std::string, x509::Certificate> cas, std::size_t per_master)
      : presences_(presences),
        calls_(calls),
        waits_(waits),
        cas_(std::move(cas)),
        per_master_(per_master),
        aside_(waits.timers().clock()),
        told_(waits) {}

  loop::Task<std::vector<provision::MasterCandidate>> candidates();
  Result<provision::Master> find(const std::string& identity) const;
  std::vector<provision::Master> all_online() const;
  bool enlist(const std::string& master);
  void dismiss(const std::string& master);
  void set_aside(const std::string& master, const std::string& why) { aside_.add(master, why); }
  std::vector<std::string> known() const;
  // A word for each that is online, by its health.
  loop::Task<std::set<std::string>> states();

 private:
  // Until the masters' health is known, and not older than the real ones' may be.
  loop::Task<Status> know_health();
  bool is_known() const;
  void ask();
  std::vector<std::string> online() const;

  Presences& presences_;
  Calls& calls_;
  loop::Waits& waits_;
  const std::map<std::string, x509::Certificate> cas_;
  const std::size_t per_master_;
  provision::SetAside aside_;
  std::map<std::string, bool> healthy_;
  std::vector<std::string> asked_of_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
  std::map<std::string, std::size_t> in_flight_;
  std::map<std::string, std::size_t> given_;
  loop::Bells told_;                               // rung once all have answered
  loop::Task<std::vector<Result<Value>>> asking_;  // nobody's run: the others wait for it as well
  bool is_asking_ = false;
};

}  // namespace muster::sim
