// What would happen to a node, for people and programs.
#pragma once

#include <string>

#include "orchestrator/cli/node_ahead.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// "finished", "would run", "skipped", "not known".
std::string name_of(workflow::Foreseen::Fate fate);

std::string dry_run_text(const NodeAhead& ahead, const NodeNow& now,
                         const workflow::Workflow& workflow, const Style& style,
                         std::size_t columns);
Value dry_run_json(const NodeAhead& ahead, const NodeNow& now, const workflow::Workflow& workflow);

}  // namespace muster::cli::render
