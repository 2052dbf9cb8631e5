// A workflow from its text: YAML, read strictly. Unknown keys, agents, actions and arguments are refused with file, line and
// the nearest valid name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

// `name`: of the file, for what is wrong in it. `agents`: that its steps may call. Errc::config.
Result<Workflow> parse_workflow(
    std::string_view text, const std::string& name,
    std::shared_ptr<const Descriptions> agents = Descriptions::built_in());

}  // namespace muster::workflow
