// The masters of a simulation as an orchestrator knows them: who is online, how it is, how many nodes it has.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/provision/live/place_grants.hpp"
#include "orchestrator/provision/set_aside.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/bells.hpp"
#include "tests/sim/orchestrator/calls.hpp"
#include "tests/sim/orchestrator/presences.hpp"
#include "tests/sim/orchestrator/sim_marks.hpp"

namespace muster::sim {

// What an orchestrator has with a master, for who looks whether they have too many together.
struct PlacesHeld {
  using TimePoint = std::chrono::steady_clock::time_point;
  std::size_t nodes = 0;
  std::optional<TimePoint> asked;      // the question that was answered last
  std::optional<TimePoint> came_back;  // it asked again when its loan was over, and had nodes
};

// On the loop's thread. What it is given must outlive it.
class SimMasters {
 public:
  struct Parts {
    Presences& presences;
    Calls& calls;
    loop::Waits& waits;
    const std::map<std::string, x509::Certificate>& cas;  // by the master's name
    const SimMarks& marks;
    std::size_t per_master = 0;
    bool lend = false;                                        // OrchestratorOptions::masters_lend
    std::function<void(const std::string& master)> enlisted;  // called after each; may be empty
    std::function<void(const std::string& master, std::size_t places)> trace = {};
  };
  explicit SimMasters(const Parts& parts)
      : parts_(parts),
        presences_(parts.presences),
        calls_(parts.calls),
        waits_(parts.waits),
        cas_(parts.cas),
        grants_(parts.per_master),
        aside_(waits_.timers().clock()),
        told_(waits_) {}

  loop::Task<std::vector<provision::MasterCandidate>> candidates();
  Result<provision::Master> find(const std::string& identity) const;
  std::vector<provision::Master> all_online() const;
  bool enlist(const std::string& master);
  void dismiss(const std::string& master);
  void set_aside(const std::string& master, const std::string& why) { aside_.add(master, why); }
  std::vector<std::string> known() const;
  // As provision::Masters::keep_places().
  loop::Task<Status> keep_places();
  PlacesHeld held(const std::string& master) const;
  // A word for each that is online, by its health.
  loop::Task<std::set<std::string>> states();

 private:
  // Until the masters' health is known, and not older than the real ones' may be.
  loop::Task<Status> know_health();
  bool is_known() const;
  void ask();
  void take_places(const std::string& master, const Value& answer,
                   std::chrono::steady_clock::time_point asked_at);
  bool wants_more() const;
  bool is_full(const std::string& master) const;
  std::chrono::steady_clock::time_point now() const { return waits_.timers().clock().steady(); }
  std::vector<std::string> online() const;

  const Parts parts_;
  Presences& presences_;
  Calls& calls_;
  loop::Waits& waits_;
  const std::map<std::string, x509::Certificate>& cas_;
  provision::PlaceGrants grants_;
  provision::SetAside aside_;
  std::map<std::string, bool> healthy_;
  std::vector<std::string> asked_of_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
  std::map<std::string, std::size_t> in_flight_;
  std::map<std::string, std::size_t> given_;
  std::map<std::string, PlacesHeld> held_;                       // by master; without the nodes
  std::optional<std::chrono::steady_clock::time_point> wanted_;  // when a choice was made last
  bool asked_for_more_ = false;
  loop::Bells told_;                               // rung once all have answered
  loop::Task<std::vector<Result<Value>>> asking_;  // nobody's run: the others wait for it as well
  bool is_asking_ = false;
};

}  // namespace muster::sim
