// What an orchestrator's machine keeps while its program is down.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "orchestrator/client/records.hpp"

namespace muster::sim {

struct OrchestratorDisk {
  std::chrono::milliseconds write_takes{5};
  bool full = false;                          // writing is an error
  std::map<std::string, std::string> ledger;  // uses and revocations of tokens, by topic
  // By master and name that it has to clean: what it had issued by then, Unix time in ms.
  std::map<std::pair<std::string, std::string>, std::int64_t> debts;
  std::map<std::string, client::Record> outbox;  // what people are told, by the message's id
};

}  // namespace muster::sim
