// The world as it is: calls over the bus, masters and members from presence.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "orchestrator/client/observers.hpp"
#include "orchestrator/client/worker.hpp"
#include "orchestrator/provision/heard_events.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/ban_keeper.hpp"
#include "orchestrator/provision/live/event_watch.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "orchestrator/provision/live/programs.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/real/system_random.hpp"
#include "proto/transport/bus.hpp"

namespace muster::provision {

inline constexpr std::size_t kJobEventsKept = 10'000;  // ended jobs that nobody has asked for yet

// On the loop's thread, but for what the bus calls.
class LiveWorld final : public World {
 public:
  // Writes the outbox; on the executor.
  using Notify = std::function<Status(const client::Record&)>;
  struct Parts {
    client::Link& link;
    client::Fleet& fleet;
    Asker& asker;
    Masters& masters;
    loop::Executor& executor;
    loop::Poster& poster;
    loop::Waits& waits;
    BanKeeper& bans;
    Programs* programs = nullptr;  // null: no step runs one
  };

  LiveWorld(Parts parts, Notify notify);
  ~LiveWorld() override;
  // Listens for jobs that end.
  Status start();
  // A member came, or shows itself anew.
  void member_changed(const std::string& identity) { members_.ring(identity); }
  // The node's job has ended.
  void job_ended(const std::string& identity, const std::string& job);

  loop::Task<Result<Value>> call(std::string identity, std::optional<client::JoinAddress> join,
                                 Question question) override;
  loop::Task<std::vector<Result<Value>>> call_masters(std::vector<std::string> identities,
                                                      Question question) override;
  loop::Task<std::vector<MasterCandidate>> candidates() override {
    return parts_.masters.candidates();
  }
  Result<Master> master(const std::string& identity) override {
    return parts_.masters.find(identity);
  }
  bool enlist(const std::string& master) override { return parts_.masters.enlist(master); }
  void dismiss(const std::string& master) override { parts_.masters.dismiss(master); }
  void set_aside(const std::string& master, const std::string& why) override {
    parts_.masters.set_aside(master, why);
  }
  std::vector<FoundMember> discover(const filter::Filter& filter) override;
  std::vector<std::string> known_masters() override { return parts_.masters.known(); }
  loop::Task<Status> owe_clean(std::string master, std::string certname,
                               std::int64_t issued_before_ms) override {
    return parts_.masters.owe({std::move(master), std::move(certname), issued_before_ms, {}});
  }
  std::string member_ca(const std::string& identity) override;
  loop::Task<Status> wait_member(std::string identity, std::chrono::milliseconds timeout) override;
  loop::Task<bool> wait_job(std::string identity, std::string job,
                            std::chrono::milliseconds patience) override;
  loop::Task<Status> wait_event(std::string type, std::string identity, std::int64_t since_ms,
                                std::chrono::milliseconds timeout) override;
  loop::Task<bool> sleep(std::chrono::milliseconds time) override;
  loop::Task<Result<std::string>> run_program(Program program) override {
    return parts_.programs->run(std::move(program));
  }
  loop::Task<Status> ban(std::string identity, std::string reason, std::string by) override;
  loop::Task<Status> notify(client::Record record) override;
  std::int64_t unix_ms() override;
  std::uint64_t times_cut_off() override { return *cut_off_; }
  loop::Random& random() override { return random_; }

 private:
  using Job = std::pair<std::string, std::string>;  // node, job
  void hear_event(const transport::Message& message);

  Parts parts_;
  const Notify notify_;
  loop::SystemRandom random_;
  loop::Bells members_;  // by identity
  loop::Bells jobs_;     // by node and job
  HeardEvents heard_events_;
  std::set<std::string> listened_;  // types of events
  std::shared_ptr<EventWatch> event_watch_;
  std::set<Job> ended_;
  std::deque<Job> ended_in_order_;
  const std::shared_ptr<std::atomic<std::uint64_t>> cut_off_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  client::Observers::Handle lost_;
  std::shared_ptr<client::Worker<transport::Message>> events_;
  transport::Subscription heard_;
};

}  // namespace muster::provision
