// The collective as provisioning sees it: presence, and records that are published, heard and kept, as LiveCollective and
// client::Records have them. Which record stands, and what is put back, are the real ones'.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "orchestrator/client/known_records.hpp"
#include "orchestrator/provision/collective.hpp"
#include "proto/transport/directory/claims.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/presences.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it. Nobody forgets a node in a simulation.
class SimCollective final : public provision::Collective {
 public:
  using Heard = std::function<void(const client::Record&)>;
  // Before BusMember::open(). `heard`: each record that comes from the bus and is the newest of its node.
  SimCollective(BusMember& bus, Presences& presences, Heard heard);

  // All that was retained when the bus was opened has been heard.
  void opened();
  // Every few seconds: what the bus does not show, or something older instead, is kept there by us.
  void put_back();

  std::shared_ptr<const Value> member(const std::string& identity) const override;
  bool is_banned(const std::string&) const override { return false; }
  std::optional<client::Record> record(const std::string& identity) const override;
  std::optional<client::Record> newest(const std::string& identity) const override {
    return record(identity);
  }
  // Nothing is said when a later lease of the node is known.
  void publish(const client::Record& wanted) override;
  loop::Task<Status> forget(std::string identity) override;

  // How many nodes are in that state, of all that is known.
  std::size_t count(std::string_view state) const;
  // Whose records are known, sorted.
  std::vector<std::string> names() const;

 private:
  void hear(const transport::Message& message);
  void end_gap();
  transport::Claim claim_of(const std::string& identity, std::string sealed);
  void note_state(const std::string& identity, const std::string& state);
  void say(const std::string& what) { bus_.around().trace.line(bus_.name(), what); }

  BusMember& bus_;
  Presences& presences_;
  const Heard heard_;
  const std::string filter_;
  transport::Claims claims_;
  client::KnownRecords known_{true};
  std::map<std::string, client::Record> ours_;                // published, and not heard again yet
  std::map<std::string, std::string> states_;                 // of all that is known, by identity
  std::map<std::string, std::size_t, std::less<>> in_state_;  // how many of them
  std::set<std::string> unseen_;                              // with this link
};

}  // namespace muster::sim
