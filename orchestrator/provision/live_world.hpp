// The world as it is: calls over the bus, masters and members from presence.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "orchestrator/client/worker.hpp"
#include "orchestrator/provision/actions.hpp"
#include "orchestrator/provision/masters.hpp"
#include "proto/transport/bus.hpp"

namespace muster::provision {

inline constexpr std::size_t kJobEventsKept = 10'000;  // ended jobs that nobody has asked for yet

class LiveWorld final : public World {
 public:
  LiveWorld(client::Link& link, client::Fleet& fleet, client::Caller& caller, Masters& masters);
  ~LiveWorld() override;
  // Listens for jobs that end.
  Status start();
  // Wakes everybody who waits; from now on sleep() says that we are stopping.
  void stop();
  // From the fleet's change handler.
  void fleet_changed();

  Result<Value> call(const std::string& identity, const client::JoinAddress* join,
                     const std::string& agent, const std::string& action, const Value& arguments,
                     std::chrono::milliseconds timeout) override;
  std::vector<Result<Value>> call_masters(const std::vector<std::string>& identities,
                                          const std::string& agent, const std::string& action,
                                          const Value& arguments,
                                          std::chrono::milliseconds timeout) override;
  std::vector<Candidate> candidates() override { return masters_.candidates(); }
  Result<Master> master(const std::string& identity) override { return masters_.find(identity); }
  bool enlist(const std::string& master) override { return masters_.enlist(master); }
  void dismiss(const std::string& master) override { masters_.dismiss(master); }
  std::vector<std::string> known_masters() override { return masters_.known(); }
  Status owe_clean(const std::string& master, const std::string& certname) override {
    return masters_.owe(master, certname);
  }
  std::string member_ca(const std::string& identity) override;
  Status wait_member(const std::string& identity, std::chrono::milliseconds timeout) override;
  bool wait_job(const std::string& identity, const std::string& job,
                std::chrono::milliseconds patience) override;
  bool sleep(std::chrono::milliseconds time) override;
  std::int64_t unix_ms() override;

 private:
  void take_event(const transport::Message& message);
  client::Link& link_;
  client::Fleet& fleet_;
  client::Caller& caller_;
  Masters& masters_;
  std::shared_ptr<client::Worker<transport::Message>> events_;
  transport::Subscription heard_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::pair<std::string, std::string>> ended_jobs_;  // node, job
  bool stopping_ = false;
};

}  // namespace muster::provision
