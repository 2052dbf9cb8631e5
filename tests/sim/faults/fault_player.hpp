// Plays a plan of faults to a site: each begins at its moment, and heals at its moment.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/sim/faults/effects.hpp"
#include "tests/sim/faults/fault_plan.hpp"
#include "tests/sim/faults/put_back_watch.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it, and it the last fault.
class FaultPlayer {
 public:
  explicit FaultPlayer(const Stage& stage)
      : stage_(stage), effects_(stage), put_back_(stage.around, stage.site) {}

  // Now is the start.
  void play(const std::vector<Fault>& plan);
  // Whether the broker ever forgot while somebody was away, or less than a minute before or after, who might have been the only
  // one to know what it retained: an orchestrator that was killed, stopped or cut off.
  bool has_forgotten() const { return has_forgotten_; }
  const PutBackWatch& put_back() const { return put_back_; }

 private:
  void change(const Fault& fault, bool begins);
  std::vector<std::pair<Effect, std::size_t>> effects_and_victims_of(const Fault& fault) const;
  bool is_of_an_orchestrator(Effect effect, std::size_t whom) const;
  void note_what_is_lost(Effect effect, std::size_t whom, bool begins);
  void note_that_it_forgot();
  // Whether they hear the broker, and it them, at once.
  bool concerns_orchestrators(Effect effect, std::size_t whom) const;
  bool all_hear_the_broker() const;
  std::size_t place_of(const Fault& fault) const;
  int& count(Effect effect, std::size_t whom) { return under_way_[{effect, whom}]; }
  std::string name_of_victim(const Fault& fault) const;

  const Stage stage_;
  Effects effects_;
  PutBackWatch put_back_;
  // Two of one kind at one victim are one that lasts longer.
  std::map<std::pair<Effect, std::size_t>, int> under_way_;
  bool forgets_ = false;  // the broker that is down now
  std::size_t away_ = 0;  // effects under way that keep orchestrators from saying what they know
  std::optional<std::chrono::steady_clock::time_point> back_at_;    // the last of them ended
  std::optional<std::chrono::steady_clock::time_point> forgot_at_;  // the broker was back empty
  bool has_forgotten_ = false;
};

}  // namespace muster::sim
