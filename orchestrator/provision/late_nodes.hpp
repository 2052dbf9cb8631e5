// Nodes on their way that have finished no further step for longer than their workflow says: late_after_s. Waiting for a place,
// for a master or for another orchestrator counts like any other wait. docs/adr/0093-who-is-late-is-told.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/records.hpp"
#include "orchestrator/workflow/rules.hpp"

namespace muster::provision {

// Before a late node's record is looked at again, whose orchestrator may be gone.
inline constexpr std::chrono::milliseconds kLookedAtAgainAfter{60'000};

// How long that node may be without a further step: the time of its workflow, and, while it runs, that of the step besides, of
// several at once the longest.
// Of a workflow that is not known here, that of the last rule; of a departure, which no rule names, workflow::kLateAfter.
std::chrono::milliseconds late_after(const workflow::Rules& rules, const client::Record& record);
// Unix time from which on it is late; 0: never, it is not on its way, or waits for a person who was told.
std::int64_t late_from_ms(const workflow::Rules& rules, const client::Record& record);

// Who is late, found by time alone: nobody looks at thousands of records. On one thread; it reads no clock.
class LateNodes {
 public:
  explicit LateNodes(const workflow::Rules& rules) : rules_(rules) {}

  // Its newest record.
  void heard(const client::Record& record);
  // It is told again at that time.
  void look_at(const std::string& identity, std::int64_t at_ms);
  void forget(const std::string& identity);
  // Those whose time has come; each once, until it is heard of anew. Their records may be others by now.
  std::vector<std::string> take(std::int64_t now_ms);

 private:
  const workflow::Rules& rules_;
  std::map<std::string, std::int64_t> times_;
  std::set<std::pair<std::int64_t, std::string>> in_order_;  // the same
};

}  // namespace muster::provision
