// A workflow from its file.
#pragma once

#include <filesystem>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// Errc::not_found or io when it cannot be read; else as parse_workflow().
Result<workflow::Workflow> load_workflow(const std::filesystem::path& path);

}  // namespace muster::provision
