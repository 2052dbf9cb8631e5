// What an orchestrator's machine keeps while its program is down.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "orchestrator/client/records.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"
#include "tests/sim/surroundings/power.hpp"

namespace muster::sim {

struct OrchestratorDisk {
  std::chrono::milliseconds write_takes{5};
  bool full = false;  // writing is an error
  Power power = Power::on;
  std::function<void()> power_lost;           // whom to tell; the program is there until it returns
  std::map<std::string, std::string> ledger;  // uses and revocations of tokens, by topic
  // By master and name that it has to clean: what it had issued by then, Unix time in ms.
  std::map<std::pair<std::string, std::string>, std::int64_t> debts;
  std::map<std::string, client::Record> history;  // how each node's last run ended
  std::map<std::string, client::Record> outbox;   // what people are told, by the message's id
  std::map<std::string, std::string> marks;       // of masters that are or were retired: SimMarks
  std::set<std::string> told_of_masters;          // ids of what people are told of them
};

// Makes `change` once the disk has taken it. Errc::io while it is full. When the power fails, the change is made or not, and whoever
// waits for it waits for ever. The disk must outlive it.
loop::Task<Status> write_to(OrchestratorDisk& disk, loop::Waits& waits,
                            std::function<void()> change);

}  // namespace muster::sim
