// Whether a record says that another orchestrator has its node in hand just now.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "orchestrator/client/records.hpp"

namespace muster::provision {

// For steps that take long, and clocks that differ.
inline constexpr std::chrono::minutes kSilentAfterLease{10};

// What another than `as` said longer ago than its lease and kSilentAfterLease is no run any more: its lease is over. Should it
// run all the same, in a step that takes so long, its next word is a record again.
inline bool is_run_elsewhere(const client::Record& record, std::string_view as, std::int64_t now_ms,
                             std::chrono::seconds lease) {
  const std::chrono::milliseconds age(now_ms - record.updated_at_ms);
  const bool is_at_it = record.state == "running" || record.state == client::kLeaving;
  return is_at_it && record.orchestrator != as && age < lease + kSilentAfterLease;
}

}  // namespace muster::provision
