// Which masters are retired, as endorsements say it: which of two words counts is the real rule. How it comes to the bus is
// played: unsigned, a topic a master, beside the CAs that everybody in a simulation believes anyway.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/master_endorsement.hpp"
#include "orchestrator/provision/retire_site.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/orchestrator_disk.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimMarks {
 public:
  // Before BusMember::open(). `cas`: by master.
  SimMarks(BusMember& bus, OrchestratorDisk& disk,
           const std::map<std::string, x509::Certificate>& cas);

  // All that was retained when the bus was opened has been heard.
  void opened() { is_linked_ = true; }
  // Every few seconds: what the bus does not hold is said again.
  void look();
  // As an operator wants it; empty: it is not retired. False without a link.
  bool mark(const std::string& master, const std::string& by);

  // Signs it anew. Errc::aborted when something newer was heard.
  Status sign_anew(const provision::Retiring& one);
  Status withdraw(const provision::Retiring& one);
  // Of all masters that anybody retired ever.
  std::vector<admission::Endorsement> all() const;
  // Who retired it; empty: nobody did.
  std::string retired_by(const std::string& master) const;
  // When this program heard that it is retired, Unix time by a right clock; nothing: it is not.
  std::optional<std::int64_t> told_at_ms(const std::string& master) const;

 private:
  void hear(const transport::Message& message);
  void take(const admission::Endorsement& offered);
  Status say(admission::Endorsement changed);
  std::optional<admission::Endorsement> read(const std::string& master,
                                             const std::string& payload) const;

  BusMember& bus_;
  OrchestratorDisk& disk_;
  const std::map<std::string, x509::Certificate>& cas_;
  const std::string prefix_;
  bool is_linked_ = false;
  std::map<std::string, std::string> on_the_bus_;  // as heard over this link
  std::map<std::string, admission::Endorsement> known_;
  std::map<std::string, std::int64_t> told_at_ms_;
};

}  // namespace muster::sim
