// What `muster puppet` shows.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "orchestrator/cli/puppet/rolling_run.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// "n1.example.com      changed in 12.3 s"; a failure with why and the last lines below.
std::string run_line(const puppet::RunEnd& end, const Style& style);

// What became of all of them.
struct Runs {
  std::vector<puppet::RunEnd> ends;
  std::vector<std::string> undecided = {};  // did not say whether the filter matches: never asked
  std::chrono::milliseconds took{0};
};
// "3 nodes in 20.4 s: 1 changed, 1 unchanged, 1 failed", then who is undecided.
std::string runs_closing(const Runs& runs, const Style& style, std::size_t columns);
Value runs_json(const Runs& runs);

// A line a node of the answers of puppet#last_run_summary: when, what changed and failed, how long; "" when nobody answered.
std::string last_runs_text(const client::CallResult& result, const Style& style,
                           std::size_t columns);

// How many nodes are enabled, applying, idling …, from the answers of puppet#status.
struct PuppetCount {
  std::size_t total = 0;
  std::size_t enabled = 0;
  std::size_t applying = 0;
  std::size_t daemons = 0;
  std::size_t idling = 0;
};
PuppetCount count_puppet(const client::CallResult& result);
std::string count_text(const PuppetCount& count);
Value count_json(const PuppetCount& count);

}  // namespace muster::cli::render
