// The collective as provisioning sees it: presence, and records that are published and heard again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "orchestrator/provision/collective.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/presences.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimCollective final : public provision::Collective {
 public:
  // Before BusMember::open().
  SimCollective(BusMember& bus, Presences& presences);

  // Called for each record that comes over the bus.
  void on_heard(std::function<void(const std::string& identity)> call) { heard_ = std::move(call); }

  std::shared_ptr<const Value> member(const std::string& identity) const override;
  bool is_banned(const std::string&) const override { return false; }
  std::optional<client::Record> record(const std::string& identity) const override;
  void publish(const client::Record& record) override;
  loop::Task<Status> forget(std::string identity) override;

  std::size_t count(std::string_view state) const;

 private:
  void hear(const transport::Message& message);
  void keep(const client::Record& record);

  BusMember& bus_;
  Presences& presences_;
  std::map<std::string, client::Record> records_;  // the newest of each node
  std::function<void(const std::string& identity)> heard_;
};

}  // namespace muster::sim
