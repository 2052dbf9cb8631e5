// Workflows for people and programs. Texts of files are made printable here.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/cli/workflow_files.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// "puppetca#sign on master", "pick-master by country, city", "wait": what a step does.
std::string what_is_done(const workflow::Step& step);
// "other-master", "compensate with clean, tell".
std::string what_follows_failure(const workflow::Step& step);

// A line for each file: name, hash, steps, or the first thing that is wrong with it.
std::vector<std::string> workflow_table(const std::vector<CheckedWorkflow>& all, const Style& style,
                                        std::size_t columns);
// All of one: its limits and a row for each step, those of compensations below theirs.
std::string workflow_details(const workflow::Workflow& workflow, const Style& style,
                             std::size_t columns);
// Steps from top to bottom, with conditions and what follows a failure beside them.
std::string workflow_graph(const workflow::Workflow& workflow, const Style& style);
// The same in the language of Graphviz.
std::string workflow_dot(const workflow::Workflow& workflow);

Value workflow_json(const workflow::Workflow& workflow);
// {file, ok, problems}, and of a good one name, hash and the number of steps.
Value checked_workflow_json(const CheckedWorkflow& checked);

}  // namespace muster::cli::render
