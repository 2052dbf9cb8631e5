// Who is on the bus, by retained presence.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/fleet.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class Presences {
 public:
  using Changed = std::function<void(const std::string& identity, bool online)>;

  // Before BusMember::open().
  Presences(BusMember& bus, Changed changed);

  // Null: it is not online.
  const client::Member* find(const std::string& identity) const;
  std::vector<std::string> names() const;  // sorted
  std::vector<const client::Member*> all() const;
  std::size_t refused() const { return refused_; }

 private:
  void hear(const transport::Message& message);
  void begin_gap();
  void end_gap();
  Result<client::Member> read(const transport::Message& message) const;

  BusMember& bus_;
  const Changed changed_;
  std::map<std::string, client::Member> members_;
  std::set<std::string> unseen_;  // with this link
  std::size_t refused_ = 0;       // presences that were not believed
};

}  // namespace muster::sim
