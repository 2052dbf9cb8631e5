// A workflow from its text: YAML, read strictly. Unknown keys, agents, actions and arguments are refused with file, line and
// the nearest valid name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "orchestrator/workflow/read_steps.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

// A whole one, with the texts of those that are steps of it (texts.hpp). `name`: of the file, for what is wrong in it. `agents`: that its steps
// may call. Errc::config.
Result<Workflow> parse_workflow(
    std::string_view text, const std::string& name,
    std::shared_ptr<const Descriptions> agents = Descriptions::built_in());
// From the text of its own file: those of others are found as they are named. The whole is text and hash of what comes out.
Result<Workflow> parse_workflow(std::string_view main, const std::string& name,
                                std::shared_ptr<const Descriptions> agents, const FindText& find);

}  // namespace muster::workflow
