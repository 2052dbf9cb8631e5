// The collective as provisioning sees it: presence, and records that are published and heard again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "orchestrator/provision/collective.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/presences.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimCollective final : public provision::Collective {
 public:
  using Heard = std::function<void(const client::Record&)>;
  // Before BusMember::open(). `heard`: each record that comes from the bus.
  SimCollective(BusMember& bus, Presences& presences, Heard heard);

  std::shared_ptr<const Value> member(const std::string& identity) const override;
  bool is_banned(const std::string&) const override { return false; }
  std::optional<client::Record> record(const std::string& identity) const override;
  void publish(const client::Record& record) override;
  loop::Task<Status> forget(std::string identity) override;

  std::size_t count(std::string_view state) const;

 private:
  void hear(const transport::Message& message);
  void keep(const client::Record& record);
  void drop(const std::string& identity);

  BusMember& bus_;
  Presences& presences_;
  const Heard heard_;
  std::map<std::string, client::Record> records_;  // the newest of each node
  std::set<std::string> unseen_;                   // with this link
};

}  // namespace muster::sim
