// Signals by name, to one process and no stranger.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "plugins/agents/process/process_table.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::process {

// "TERM" or "SIGTERM", in any case; nothing for a name that is no signal.
std::optional<int> signal_number(std::string_view name);

// To this very process, not to one that was given its number since. Errc::refused for init, for a
// kernel thread and for this agent itself; Errc::not_found when it has ended.
Status send_signal(const Process& process, int signal);

struct Signalled {
  std::vector<pid_t> pids;
  std::vector<std::pair<pid_t, Error>> failed;
};
// Each of them, whatever becomes of the others. One that has ended meanwhile is gone, as was
// wanted: it is in neither list.
Signalled signal_all(const std::vector<Process>& processes, int signal);

// Why it must not be sent signals; empty when it may.
std::string_view why_spared(const Process& process);

}  // namespace muster::plugins::process
