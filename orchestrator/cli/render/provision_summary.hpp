// All nodes' records in a few numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

inline constexpr std::int64_t kRateWindowMs = 300'000;      // of watch: what was finished lately
inline constexpr std::int64_t kRateWindowLeastMs = 30'000;  // fewer tell nothing

// As it is shown: a machine that waits for a person's approval of its name waits, whatever the record says, unless the first one
// is still on its way under it.
std::string shown_state(const client::Record& record);
// Who waits for a place in flight, or for one at a master, first to come first: 1 is next, in each of the two queues. By when they began to; who shares a token takes turns.
std::map<std::string, std::size_t> places_in_turn(const std::vector<client::Record>& records);

// Counts by state, of those that run by step, by master and state; and who waits longest.
std::string summary_text(const std::vector<client::Record>& records, std::int64_t now_ms,
                         const Style& style, std::size_t columns);
// {"nodes", "states": {state: {"nodes", "oldest_ms"}}, "steps": {…}, "masters": {master: {state: nodes}}, "in_turn", "in_turn_at_masters",
//  "oldest_wait": {"identity", "ms"} or null}
Value summary_json(const std::vector<client::Record>& records, std::int64_t now_ms);

// How far a wave of nodes is: those that are not finished, and those that finished since `since_ms`.
struct Wave {
  std::size_t all = 0;       // running, waiting and finished
  std::size_t finished = 0;  // of them
  std::size_t stuck = 0;     // besides: failed, refused or cancelled
  double per_minute = 0;     // finished, lately
  std::int64_t left_ms = 0;  // at that rate; 0: unknown, or none is left
};
Wave wave_of(const std::vector<client::Record>& records, std::int64_t since_ms,
             std::int64_t now_ms);
// " * [ =====>     ] 17 / 50, 2 need a person, 12 a minute, about 3 min left"; empty for a wave of none.
std::string wave_line(const Wave& wave, std::size_t columns);

}  // namespace muster::cli::render
