// What `muster broker check` found.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/broker_check/check.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// A line for each check, then what is broken with what to do, then how many; with a newline at the end.
std::string broker_check_text(const std::vector<broker_check::Finding>& findings,
                              const Style& style, std::size_t columns);
Value broker_check_json(const std::vector<broker_check::Finding>& findings);

// Whether one of them is broken.
bool any_broken(const std::vector<broker_check::Finding>& findings);

}  // namespace muster::cli::render
