// Tells people of files of an orchestrator that were damaged and put aside.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/daemon/trust_duty.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// What was put aside longer ago is not told any more: an outbox that was lost would say it all again.
inline constexpr std::chrono::hours kPutAsideTold{24};
// How often is looked: a file may turn out to be damaged when it is written to.
inline constexpr std::chrono::minutes kPutAsideEvery{5};

// `file`: as it is called now, in the state folder of the orchestrator `teller`. One id for each such file.
plugins::Notification damaged_notification(const std::filesystem::path& file,
                                           const std::string& teller);
// "file-damaged", about the orchestrator `teller`.
client::LifecycleEvent damaged_event(const std::filesystem::path& file, const std::string& teller);

// Remembers what it told, so that an event is told once a process; of people the outbox remembers it. Not thread-safe.
class DamagedFiles {
 public:
  DamagedFiles(std::filesystem::path state_folder, std::string teller, TrustDuty::Tell tell)
      : folder_(std::move(state_folder)), teller_(std::move(teller)), tell_(std::move(tell)) {}

  // What was put aside within kPutAsideTold before `now_ms` (Unix time) and not told yet.
  void look(std::int64_t now_ms);

 private:
  const std::filesystem::path folder_;
  const std::string teller_;
  const TrustDuty::Tell tell_;
  std::set<std::filesystem::path> told_;
};

}  // namespace muster::daemon
