// The collective as it is: members from presence, records from the bus.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/collective.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// On the loop's thread.
class LiveCollective final : public Collective {
 public:
  // `writer` signs and publishes: it must do one thing after the other. All must outlive it.
  LiveCollective(client::Link& link, client::Fleet& fleet, client::Records& records,
                 loop::Executor& writer, loop::Waits& waits);

  std::shared_ptr<const Value> member(const std::string& identity) const override;
  bool is_banned(const std::string& identity) const override;
  std::optional<client::Record> record(const std::string& identity) const override;
  std::optional<client::Record> newest(const std::string& identity) const override;
  // Nothing happens when a later lease of the node is known.
  void publish(const client::Record& wanted) override;
  loop::Task<Status> forget(std::string identity) override;

  // A record came over the bus; with nothing but its identity: it was forgotten.
  void heard(const client::Record& record);
  // All that was to be published is handed to the bus.
  bool idle() const { return writing_ == 0; }
  // Called whenever it becomes so.
  void on_idle(std::function<void()> handler) { on_idle_ = std::move(handler); }

 private:
  client::Link& link_;
  client::Fleet& fleet_;
  client::Records& records_;
  loop::Executor& writer_;
  loop::Waits& waits_;
  std::map<std::string, client::Record> ours_;  // published, and not heard again yet
  std::size_t writing_ = 0;
  std::function<void()> on_idle_;
};

}  // namespace muster::provision
