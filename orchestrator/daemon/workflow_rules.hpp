// `workflows` of orchestrator.yaml: which workflow a node gets.
#pragma once

#include <filesystem>
#include <vector>

#include "orchestrator/workflow/rules.hpp"
#include "proto/base/result.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::daemon {

struct WorkflowRule {
  workflow::Condition when;        // none: for all that come to it
  std::filesystem::path workflow;  // the file
};

// {when: CONDITION, workflow: FILE}; what is wrong with it is complained of in the map.
WorkflowRule read_rule(base::StrictMap& map);

// All files, read and checked; without rules all nodes get `only`. Errc::config names the file in which something is wrong, and the
// line; `config`: where the rules stood.
Result<workflow::Rules> load_rules(const std::vector<WorkflowRule>& rules,
                                   const std::filesystem::path& only,
                                   const std::filesystem::path& ddl_folder,
                                   const std::filesystem::path& config);

// Of nodes that are to go; null: the file is not there, which only one that nobody named may be. Errc::config: it does not begin with
// `do: leave`.
Result<workflow::WorkflowPtr> load_decommission(const std::filesystem::path& file, bool is_named,
                                                const std::filesystem::path& ddl_folder);

}  // namespace muster::daemon
