// The desk of requests: each that comes is judged, carried out and answered, once: by its action, or when that throws, waits or
// runs past its deadline, by the desk. The deadline counts from when the message came: the DDL's timeout, or the request's own
// when that is shorter.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "node-agent/core/channel.hpp"
#include "node-agent/core/work.hpp"
#include "node-agent/dispatch/request_gate.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/timers.hpp"

namespace muster::agent {

// An action that keeps its deadline needs a moment to kill its children and to say so in its own
// words.
inline constexpr std::chrono::milliseconds kOverdueGrace{1'000};

// A request as it came.
struct Incoming {
  std::string payload;
  bool direct = false;  // see RequestGate::admit, as the next
  std::string sender;
  std::chrono::steady_clock::time_point received;
  bool retained = false;  // no request is: it would come again with every link
};

// On the loop's thread.
class Desk {
 public:
  // All of it outlives the desk, and what its actions use outlives the executor.
  struct Parts {
    const std::string& identity;
    RequestGate& gate;
    GateStatistics& statistics;
    audit::AuditLog& audit;
    loop::Timers& timers;
    loop::Executor& executor;
  };
  // `on_ended`: a request is over, and its action has ended.
  Desk(Parts parts, std::function<void()> on_ended);
  // What runs is answered no more.
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void take(const Incoming& incoming, std::shared_ptr<const Channel> channel);

  // Starts nothing more: what waits and what comes is told "busy: it is stopping", what runs goes on.
  void stop();
  // The callers of what still runs hear that it is not waited for.
  void give_up();
  // Every request taken so far has been answered, and its action has ended.
  bool idle() const { return open_.empty(); }

 private:
  using Open = std::shared_ptr<Work>;

  // Gives it to the executor.
  void start(Admitted admitted, std::shared_ptr<const Channel> channel, std::chrono::seconds limit,
             std::chrono::steady_clock::time_point deadline);
  void overdue(const Open& work);
  // From the executor.
  void came_back(const Open& work);
  void go_on(Work& work);
  void tell_late(const Open& work);
  // The caller hears that the desk waits no longer: `until` as "within 3 s on n1".
  void tell_unended(const Work& work, const std::string& until);
  void close(const Work& work);

  void answer_action(Work& work);
  void answer_refusal(const Admitted& admitted, const Channel& channel);
  void answer_busy(const Admitted& admitted, const Channel& channel, const std::string& why);
  void answer(const Admitted& admitted, const Channel& channel, messages::Outcome outcome,
              const plugins::ActionReply& reply);
  void record(const Admitted& admitted, messages::Outcome outcome, int status,
              const std::string& message);
  void send(const Admitted& admitted, const Channel& channel, Result<std::string> sealed);

  const Parts parts_;
  const base::Clock& clock_;
  const std::function<void()> on_ended_;
  std::map<std::uint64_t, Open> open_;
  std::uint64_t last_ = 0;
  bool stopping_ = false;
  std::shared_ptr<const bool> alive_ =
      std::make_shared<const bool>(true);  // for what comes back late
};

}  // namespace muster::agent
