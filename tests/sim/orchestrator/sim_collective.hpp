// The collective as provisioning sees it: presence, and records that are published and heard again.
#pragma once

#include <map>
#include <set>
#include <string>

#include "orchestrator/provision/collective.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/presences.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimCollective final : public provision::Collective {
 public:
  // Before BusMember::open().
  SimCollective(BusMember& bus, Presences& presences);

  std::optional<Value> member(const std::string& identity) const override;
  bool is_banned(const std::string&) const override { return false; }
  std::optional<client::Record> record(const std::string& identity) const override;
  std::vector<client::Record> open_records() const override;
  void publish(const client::Record& record) override;
  loop::Task<Status> forget(std::string identity) override;

  std::size_t count(std::string_view state) const;

 private:
  void hear(const transport::Message& message);
  void keep(const client::Record& record);

  BusMember& bus_;
  Presences& presences_;
  std::map<std::string, client::Record> records_;  // the newest of each node
  std::set<std::string> open_;                     // who runs or waits
};

}  // namespace muster::sim
