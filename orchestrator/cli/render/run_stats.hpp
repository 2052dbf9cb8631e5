// How earlier runs went: of all nodes in numbers, and of one node each.
#pragma once

#include <string>

#include "orchestrator/cli/render/style.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// `stats`: client::joined_stats(). {"since", "p50_ms", "p95_ms", "runs": {state: n}, "steps": {step: {"done", "failed", "p50_ms",
// "p95_ms"}}, "masters": {master: {"finished", "failed", "p50_ms", "p95_ms"}}, "reasons": {why: n}}
Value run_stats_json(const Value& stats, const std::string& since);
std::string run_stats_text(const Value& stats, const std::string& since, const Style& style,
                           std::size_t columns);

// `history`: client::joined_history(). A line a run; with `steps` also one for each of their steps.
std::string run_history_text(const Value& history, bool steps, const Style& style,
                             std::size_t columns);

}  // namespace muster::cli::render
