// One request on its way through the desk. The loop owns it; while the executor has it, only what is said below is touched
// there.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "node-agent/core/channel.hpp"
#include "node-agent/dispatch/request_gate.hpp"
#include "plugins/api/agent.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/timers.hpp"

namespace muster::agent {

// How far a request is. Whoever changes it from what it was, loop or executor, has won: the caller hears once.
enum class Stage {
  waiting,  // for the executor
  begun,    // its action runs, or the data plugins of its filter are asked
  decided,  // the plugins have answered in time
  told      // the caller has been answered; nobody waits any more
};

struct Work {
  Work(Admitted request, std::shared_ptr<const Channel> way, std::chrono::seconds time,
       std::chrono::steady_clock::time_point end)
      : admitted(std::move(request)), channel(std::move(way)), limit(time), deadline(end) {}

  // True for whoever changes it.
  bool advance(Stage from, Stage to) { return stage.compare_exchange_strong(from, to); }

  const Admitted admitted;
  const std::shared_ptr<const Channel> channel;
  const std::chrono::seconds limit;
  const std::chrono::steady_clock::time_point deadline;
  std::atomic<Stage> stage{Stage::waiting};

  // Of the loop alone.
  std::uint64_t number = 0;
  loop::Timers::Id overdue = 0;

  // Of the executor, until it has given the work back.
  bool late = false;               // no worker was free before the deadline: not begun
  int status = 0;                  // of the action's reply
  std::string message;             // the same
  Result<std::string> sealed{""};  // the reply, ready to go
  std::optional<Admitted> judged;  // of an undecided one
};

// On the executor: runs the action, or has the gate ask the data plugins, unless it is too late or the caller was told.
void carry_out(Work& work, RequestGate& gate, const std::string& identity,
               const base::Clock& clock);

}  // namespace muster::agent
