// Provision records for people and for machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// How long this provisioning has taken: until it finished, until now while it runs, else until it was last heard of.
std::int64_t elapsed_ms(const client::Record& record, std::int64_t now_ms);

// In whole seconds; "-" of none.
std::string age_text(std::int64_t ms);

// Who waits for a place, in flight or at a master, and the how manieth it is: places_in_turn().
using Places = std::map<std::string, std::size_t>;

// {"identity", "state", "step", "master", "attempts", "total_ms", "age_ms", "late_told", "steps_ms": {name: ms}, "steps": […], "reason", "place", …}
Value provision_json(const client::Record& record, std::int64_t now_ms, const Places& places = {});

// Header and a line for each node, cut to `columns`: node, state, step, master, attempts, elapsed, age, reason.
std::vector<std::string> provision_table(const std::vector<client::Record>& records,
                                         std::int64_t now_ms, const Style& style,
                                         std::size_t columns, const Places& places = {});
// Everything about one node, step by step.
std::string provision_details(const client::Record& record, std::int64_t now_ms, const Style& style,
                              std::size_t columns, const Places& places = {});
// "14:02:07 n1.de running bootstrap-run, master m1.de, 12.3 s"
std::string provision_line(const client::Record& record);

}  // namespace muster::cli::render
