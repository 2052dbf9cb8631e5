// Debts of a simulated orchestrator on the bus, as provision::DebtKeeper has them there: what its disk knows is said, and what
// others say is written there, for whoever pays.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "orchestrator/client/debt_account.hpp"
#include "proto/transport/directory/claims.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/orchestrator_disk.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimDebts {
 public:
  // Before BusMember::open().
  SimDebts(BusMember& bus, OrchestratorDisk& disk);

  // All that was retained when the bus was opened has been heard.
  void opened();
  // Every few seconds.
  void look();

 private:
  using Key = std::pair<std::string, std::string>;  // master and name
  void hear(const transport::Message& message);
  void say(const client::DebtAccount& account);
  void say_what_the_disk_knows();
  void write_what_others_said();
  client::DebtAccount& account_of(const Key& of_whom);

  BusMember& bus_;
  OrchestratorDisk& disk_;
  const std::string filter_;
  transport::Claims claims_;
  std::map<Key, client::DebtAccount> known_;
  std::set<Key> written_;  // that the disk had when last looked at
};

}  // namespace muster::sim
