// Takes messages off the bus's thread, lets the gate judge them, and runs actions on a fixed pool.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "node-agent/dispatch/overseer.hpp"
#include "node-agent/dispatch/request_gate.hpp"
#include "proto/base/bounded_queue.hpp"
#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/signer.hpp"

namespace muster::agent {

// Messages waiting to be verified; senders have their turns.
inline constexpr base::FairLimits kIntakeQueue{.items = 4'096,
                                               .per_sender = 1'024,
                                               .bytes = std::size_t{64} << 20U,
                                               .bytes_per_sender = std::size_t{16} << 20U};

// Where a message came from, and so where its reply goes.
struct Channel {
  // Publishes a sealed reply for the request. Thread-safe.
  std::function<void(const messages::Request&, std::string sealed)> reply;
  std::shared_ptr<const security::Signer> signer;
};

// Each request is answered once: by its action, or when that throws, waits or runs past its deadline,
// by the dispatcher. The deadline counts from when the message came: the DDL's timeout, or the
// request's own when that is shorter.
class Dispatcher {
 public:
  // References of the context must outlive it.
  Dispatcher(GateContext context, GateStatistics& statistics, std::size_t workers,
             std::size_t queue_max);
  // stop(), then waits for what runs, however long it takes.
  ~Dispatcher();

  // Starts nothing more: what waits and what comes is told "busy: it is stopping", what runs goes on.
  void stop();
  // After stop(): the callers of what still runs hear that it is not waited for.
  void give_up();

  // From the bus's thread; never blocks: while a handler of Paho's waits, nobody can publish.
  // `direct`, `sender`: see RequestGate::admit. Each sender has a line of its own; messages without one
  // share a line.
  void submit(std::string payload, bool direct, std::shared_ptr<const Channel> channel,
              std::string sender = {});

  // Waits until every request taken so far has been answered and its action has ended. False when
  // `patience` ran out first.
  bool wait_idle(std::chrono::milliseconds patience);

 private:
  struct Incoming {
    std::string payload;
    bool direct = false;
    std::shared_ptr<const Channel> channel;
    std::string sender;
    std::chrono::steady_clock::time_point received;
  };
  struct Work {
    Admitted admitted;
    std::shared_ptr<const Channel> channel;
    std::chrono::seconds limit{0};
    std::chrono::steady_clock::time_point deadline;
  };
  void judge();
  void judge_one(Incoming incoming);
  void tell_lost();  // by the judge: log and audit wait for the disk
  void work(std::size_t number);
  void work_on(const std::shared_ptr<const Work>& work);
  // The second half of the judgement, where data plugins are asked.
  void decide(const std::shared_ptr<const Work>& work);
  void done();
  std::string until(Overdue why, const Work& work) const;
  plugins::ActionReply run(const Work& work);
  void answer_refusal(const Admitted& admitted, const Channel& channel);
  void answer_busy(const Admitted& admitted, const Channel& channel, std::string why);
  void record(const Admitted& admitted, messages::Outcome outcome,
              const plugins::ActionReply& reply);
  void answer(const Admitted& admitted, const Channel& channel, messages::Outcome outcome,
              const plugins::ActionReply& reply);

  const std::string identity_;
  const base::Clock& clock_;
  GateStatistics& statistics_;
  audit::AuditLog& audit_;
  RequestGate gate_;
  base::FairQueue<Incoming> incoming_;
  base::BoundedQueue<std::shared_ptr<const Work>> work_;
  Overseer overseer_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> lost_{0};  // of a full intake
  std::uint64_t told_ = 0;              // of these; the judge's alone
  base::DropLog drops_{"requests"};
  std::mutex idle_mutex_;
  std::condition_variable idle_;
  std::size_t open_ = 0;  // taken and not yet answered or dropped
  std::thread judge_;
  std::vector<std::thread> workers_;
};

}  // namespace muster::agent
