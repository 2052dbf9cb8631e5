// Has a run's faults begin and heal when their time has come.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/fault_plan.hpp"
#include "tests/chaos/site.hpp"

namespace muster::chaos {

// On one thread. `site` must outlive it.
class Player {
 public:
  Player(Site& site, std::vector<Fault> plan);

  // What is due, `since` the start.
  void look(std::chrono::milliseconds since);
  bool over() const { return events_.empty(); }
  std::size_t begun() const { return begun_; }
  // What is broken now: "orchestrator2 killed, agents1 cut".
  std::string now() const;
  // How many of each kind have begun, by name.
  const std::map<std::string, std::size_t>& counts() const { return counts_; }

 private:
  struct Event {
    std::size_t fault = 0;
    bool begins = false;
  };
  void begin(const Fault& fault);
  void heal(const Fault& fault);
  Part& part_of(const Fault& fault);
  std::string whose(const Fault& fault) const;

  Site& site_;
  const std::vector<Fault> plan_;
  std::multimap<std::chrono::milliseconds, Event> events_;  // that are to come
  std::map<std::size_t, std::string> broken_;               // now, by fault
  std::map<std::string, std::size_t> counts_;
  std::size_t begun_ = 0;
};

}  // namespace muster::chaos
