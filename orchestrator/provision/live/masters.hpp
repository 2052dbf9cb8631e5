// The Puppet masters online now: health, load, places taken, and what one that is away will owe. A master is whom an endorsement names, while it is a member with a certificate of the
// CA that is endorsed; that a node runs the agent `puppetca` makes it none.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/debt_keeper.hpp"
#include "orchestrator/provision/live/master_facts.hpp"
#include "orchestrator/provision/live/place_grants.hpp"
#include "orchestrator/provision/set_aside.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/executor.hpp"

namespace muster::client {
class Link;
}  // namespace muster::client

namespace muster::provision {

inline constexpr std::chrono::milliseconds kHealthKept{3'000};
inline constexpr std::chrono::milliseconds kHealthTimeout{3'000};
// After a master was last looked for, none is wanted any more: the places are the other orchestrators'.
inline constexpr std::chrono::seconds kMoreWantedFor{30};

// An endorsement, and the member that it names.
struct EndorsedMaster {
  client::Endorsement endorsement;
  client::MemberPtr member;
};

struct HealthTimes {
  std::chrono::milliseconds kept{kHealthKept};        // an answer is believed for so long
  std::chrono::milliseconds timeout{kHealthTimeout};  // a master that needs longer is not healthy
};

// On the loop's thread, but for find() and known(), which are thread-safe.
class Masters {
 public:
  // `facts`: names of those by which the workflow chooses; masters are asked for them.
  Masters(client::Link& link, client::Fleet& fleet, Asker& asker, loop::Executor& executor,
          DebtKeeper& debts, std::size_t per_master, std::vector<std::string> facts = {},
          HealthTimes times = {});

  // Within HealthTimes::timeout; empty when we stop.
  loop::Task<std::vector<MasterCandidate>> candidates();
  // A word for each that is online: its name when its Puppet Server runs and it is not set aside, whatever it has in flight, else
  // "NAME is ill" or "NAME is retired".
  loop::Task<std::set<std::string>> states();
  // The names of those whose Puppet Server runs, whatever they have in flight.
  loop::Task<std::vector<std::string>> healthy();
  Result<Master> find(const std::string& identity) const;
  // False when it has as many as it may: of ours, of what it lends us.
  bool enlist(const std::string& master);
  // Asks those that have nodes of ours, so that their places stay lent to us. Often enough: kGrantBelieved.
  loop::Task<Status> keep_places();
  void dismiss(const std::string& master);
  // As World::set_aside(). What it owes it is asked for all the same.
  void set_aside(const std::string& master, const std::string& why) { aside_.add(master, why); }
  // Every master that an endorsement names, on the bus or not, also since before we started: what is retained on the
  // bus, and our own file, tell. Not those whose CA was withdrawn.
  std::vector<std::string> known() const;
  // Errc::refused when it is the master's own certificate.
  loop::Task<Status> owe(Debt debt);

 private:
  loop::Task<std::vector<MasterCandidate>> health();
  loop::Task<std::vector<MasterCandidate>> ask();
  bool wants_more() const;
  bool is_full(const std::string& master) const;
  void ask_anew(std::vector<std::string> now_online);
  void take_health(std::vector<MasterCandidate> told);
  std::vector<EndorsedMaster> endorsed_online() const;
  std::vector<std::string> online() const;  // identity and session of each
  void mark_retired(std::vector<MasterCandidate>& candidates) const;
  void count_newcomers(const std::vector<MasterCandidate>& now);
  client::Link& link_;
  client::Fleet& fleet_;
  Asker& asker_;
  loop::Executor& executor_;
  DebtKeeper& debts_;
  PlaceGrants grants_;
  const std::vector<std::string> facts_;
  const HealthTimes times_;
  SetAside aside_;
  std::map<std::string, std::size_t> in_flight_;
  std::map<std::string, std::size_t> given_;  // nodes since we started, see admission::MasterLoad
  std::vector<MasterCandidate> health_;
  std::vector<std::string> asked_of_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
  std::optional<std::chrono::steady_clock::time_point> wanted_;  // when a choice was made last
  bool asked_for_more_ = false;                                  // when they were asked last
  loop::Bells told_;                                             // rung once all have answered
  loop::Task<std::vector<MasterCandidate>>
      asking_;  // one question at a time; the others wait for its answer
  bool is_asking_ = false;
};

}  // namespace muster::provision
