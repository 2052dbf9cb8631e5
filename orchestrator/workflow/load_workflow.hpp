// A workflow from its file, with the descriptions of a site's own agents.
#pragma once

#include <filesystem>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

inline constexpr std::size_t kSiteAgentsMax = 1'000;  // descriptions in one folder

// `ddl_folder`: descriptions of the site's own agents, NAME.json; empty, or none there: only those that are built in. Errc::not_found
// or io when the workflow cannot be read, Errc::refused when others may write one that runs programs, or one that is a step of it; else as parse_workflow(). A description that cannot be read is an error when a step calls
// its agent.
Result<Workflow> load_workflow(const std::filesystem::path& path,
                               const std::filesystem::path& ddl_folder = {});

}  // namespace muster::workflow
