// One run of `muster` in a simulation: the real discovery and calls of orchestrator/client, on a link in virtual time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/goes.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"
#include "tests/sim/client/sim_client_link.hpp"
#include "tests/sim/operator/command_story.hpp"

namespace muster::sim {

inline constexpr std::chrono::milliseconds kConnectPatience{10'000};
inline constexpr std::chrono::milliseconds kFindPatience{10'000};  // for all retained presence
inline constexpr std::size_t kBatchSize = 3;                       // of Way::in_batches
inline constexpr std::chrono::milliseconds kBatchPause{1'000};

// On the loop's thread. When it goes, its program is killed; not within a task of its own. What it is given must outlive it.
class OperatorCommand {
 public:
  OperatorCommand(Surroundings& around, const Site& site, const std::string& name,
                  const Holder& holder, const std::vector<x509::Certificate>& cas);
  ~OperatorCommand();

  void plug(const Cable& cable) { link_.sim_bus().plug(cable); }
  // Connects, discovers by presence, and calls rpcutil#ping with that timeout. Once.
  loop::Task<CommandStory> run(Way way, std::chrono::milliseconds timeout);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  using PendingPtr = std::shared_ptr<client::Caller::Pending>;
  // A reply that reached the link.
  struct Arrival {
    std::string request_id;
    std::string identity;
    TimePoint at;
  };

  loop::Task<Status> connect();
  loop::Task<Status> find();
  loop::Task<Status> call(Way way, std::chrono::milliseconds timeout);
  loop::Task<Status> ping(std::chrono::milliseconds timeout);
  loop::Task<Status> in_batches(client::Call call);
  loop::Task<Result<client::CallResult>> ask(client::Call call);
  // Until all have answered, or it is `until`.
  loop::Task<client::CallResult> finish(PendingPtr pending, AskedRequest asked, TimePoint until);
  client::Call call_of(std::chrono::milliseconds timeout) const;
  client::Caller::ResultHandler on_result();
  void note_arrival(const transport::Message& message);
  Cost since(const Passed& before, TimePoint began) const;
  TimePoint now() const { return link_.clock().steady(); }

  SimClientLink link_;
  loop::Waits waits_;
  CommandStory story_;
  std::vector<Arrival> arrivals_;
  std::vector<std::string> told_;  // of the request under way
  loop::Wait* linked_ = nullptr;
  std::unique_ptr<client::Caller> caller_;
  std::unique_ptr<client::Fleet> fleet_;
};

}  // namespace muster::sim
