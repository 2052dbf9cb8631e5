// How far this node has come from first boot to production: the one file that says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/progress/progress.hpp"

namespace muster::plugins::provision {

enum class State { waiting, claimed, failed, finished };
std::string_view name_of(State state);

// A run that belongs to a step: `starts` counts its tries, so that each has a job key of its own.
struct StepRun {
  std::string job;
  std::int64_t starts = 0;
  std::string boot_id;  // of a restart of the machine: the boot that it is to end
};

struct Progress {
  State state = State::waiting;
  std::string owner;                     // while claimed
  std::int64_t lease_expires_at_ms = 0;  // while claimed
  // Until when the last lease would have lasted that another one replaced while it was held: what masters were asked for under it
  // may be under way until then, also when the later one is over by now.
  std::int64_t replaced_until_ms = 0;
  std::int64_t fence = 0;           // the last number given out; never becomes smaller
  muster::progress::Progress told;  // what is finished, in the orchestrators' words
  std::int64_t attempts = 0;        // claims since provisioning began
  std::int64_t round = 1;           // one more with each `again` and each change of master
  std::string error;
  std::int64_t finished_at_ms = 0;
  std::map<std::string, StepRun> runs;  // by step
};

// Without a file: a fresh Progress. A damaged file is Errc::io, naming it and what to do; it is
// never guessed at.
Result<Progress> load_progress(const std::filesystem::path& path);
// Atomic and flushed: what has been saved survives a crash of the machine.
Status save_progress(const std::filesystem::path& path, const Progress& progress);

}  // namespace muster::plugins::provision
