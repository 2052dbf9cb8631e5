// The tiny process that stays with a job when the agent goes: `muster-agent --job-supervisor
// FOLDER`.
#pragma once

#include <chrono>
#include <filesystem>

namespace muster::jobs {

// Between SIGTERM and SIGKILL for a job that is ended early.
inline constexpr std::chrono::milliseconds kKillGrace{5000};
// How long a program may take to begin: its folder or its file may be on a server that is away. Less
// than kStartPatience, or the agent ends the supervisor, who can then no longer end the program.
inline constexpr std::chrono::seconds kBeginPatience{8};
// How long output is still awaited after the job ended: a daemon it left behind may hold the pipe
// for ever.
inline constexpr std::chrono::milliseconds kDrainPatience{300};

// What the hidden option runs: reads spec.json of the job's folder, runs it in a process group of
// its own, writes output and exit.json, and returns the program's exit code (0 when the job ran,
// whatever it came to). Says "ok" or the reason for a failed start on stdout, once, then closes it.
// SIGTERM ends the job. Expects to be the leader of a session and single-threaded.
int run_job_supervisor(const std::filesystem::path& folder);

}  // namespace muster::jobs
