// The ledger of tokens in a simulation: the real one, on a bus and a disk that are played.
#pragma once

#include <set>
#include <string>

#include "orchestrator/provision/token_ledger.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/orchestrator_disk.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimLedger final : public provision::LedgerHost {
 public:
  // Before BusMember::open().
  SimLedger(BusMember& bus, loop::Waits& waits, OrchestratorDisk& disk);

  provision::TokenLedger& ledger() { return ledger_; }
  // Once all that is retained was heard: what the disk has and the bus has not brought counts, and is published again.
  void bring_back();

  loop::Task<Result<std::string>> seal(envelope::Kind kind, std::string body) override;
  loop::Task<Status> keep(provision::LedgerRow row) override;
  void forget(std::string topic) override { disk_.ledger.erase(topic); }
  Status publish(const std::string& topic, std::string message) override;
  std::string session() const override { return bus_.session(); }
  std::string own_serial() const override { return bus_.certificate().serial_hex(); }
  bool is_revoked(const std::string&) const override { return false; }  // nobody is, yet
  std::uint64_t revocations() const override { return 0; }
  std::size_t dropped() const override { return 0; }

 private:
  void hear(const transport::Message& message);
  Status take(const std::string& topic, const std::string& message);
  void end_gap();

  BusMember& bus_;
  loop::Waits& waits_;
  OrchestratorDisk& disk_;
  provision::TokenLedger ledger_;
  std::set<std::string> shown_;   // topics that the bus was heard to hold
  std::set<std::string> unseen_;  // of them, with this link
};

}  // namespace muster::sim
