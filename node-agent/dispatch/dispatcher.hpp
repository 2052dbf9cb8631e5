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

#include "node-agent/dispatch/request_gate.hpp"
#include "proto/base/bounded_queue.hpp"
#include "proto/security/signer.hpp"

namespace muster::agent {

inline constexpr std::size_t kIntakeQueueMax = 4'096;  // messages waiting to be verified
inline constexpr std::size_t kReplyMaxBytes =
    768 * 1024;  // of one reply's data; the rest is left out and counted
inline constexpr std::chrono::seconds kBusyLogEvery{10};

// Where a message came from, and so where its reply goes.
struct Channel {
  // Publishes a sealed reply for the request. Thread-safe.
  std::function<void(const v1::Request&, std::string sealed)> reply;
  std::shared_ptr<const security::Signer> signer;
};

class Dispatcher {
 public:
  Dispatcher(GateContext context, GateStatistics& statistics, std::size_t workers,
             std::size_t queue_max);
  // Finishes what runs, drops what waits.
  ~Dispatcher();

  // From the bus's thread; never blocks. `direct`: see RequestGate::admit.
  void submit(std::string payload, bool direct, std::shared_ptr<const Channel> channel);

  // Waits until every request taken so far has been answered. False when `patience` ran out first.
  bool wait_idle(std::chrono::milliseconds patience);

 private:
  struct Incoming {
    std::string payload;
    bool direct = false;
    std::shared_ptr<const Channel> channel;
  };
  struct Work {
    Admitted admitted;
    std::shared_ptr<const Channel> channel;
    std::chrono::steady_clock::time_point received;
  };
  void judge();
  void judge_one(Incoming incoming);
  void work();
  void done();
  plugins::ActionReply run(const Admitted& admitted, std::chrono::steady_clock::time_point since);
  void answer(const Admitted& admitted, const Channel& channel, v1::Outcome outcome,
              const plugins::ActionReply& reply);

  const std::string identity_;
  const base::Clock& clock_;
  GateStatistics& statistics_;
  RequestGate gate_;
  base::BoundedQueue<Incoming> incoming_;
  base::BoundedQueue<Work> work_;
  std::atomic<std::uint64_t> lost_{0};
  std::mutex idle_mutex_;
  std::condition_variable idle_;
  std::size_t open_ = 0;  // taken and not yet answered or dropped
  std::thread judge_;
  std::vector<std::thread> workers_;
};

}  // namespace muster::agent
