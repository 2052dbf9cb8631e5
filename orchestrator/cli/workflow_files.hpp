// The files of workflows that an operator looks at.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::size_t kWorkflowFilesMax = 1'000;  // of one folder

// Where they lie on an orchestrator, unless orchestrator.yaml says something else.
struct WorkflowPlaces {
  std::filesystem::path folder = "/etc/muster/workflows";
  std::filesystem::path ddl_folder = "/etc/muster/ddl";  // of agents that they may call
};

// What was found in one file: either the workflow, or problems.
struct CheckedWorkflow {
  std::string file;
  std::optional<workflow::Workflow> workflow;
  std::vector<std::string> problems;  // "FILE:LINE: …"
};

// --ddl-folder, of every command that reads one.
void add_ddl_folder(Command command, WorkflowPlaces& places);
// --folder, of those that look for one.
void add_workflow_folder(Command command, WorkflowPlaces& places);

CheckedWorkflow check_workflow(const std::filesystem::path& file,
                               const std::filesystem::path& ddl_folder);

// A folder becomes its *.yaml and *.yml, sorted; what else is named stays. Errc::io, Errc::limit beyond kWorkflowFilesMax.
Result<std::vector<std::filesystem::path>> workflow_files(
    const std::vector<std::filesystem::path>& named);

// Of the good ones, that with this hash, else that with this name, else the only one that nodes are provisioned by. Errc::not_found says which there are.
Result<const CheckedWorkflow*> pick_workflow(const std::vector<CheckedWorkflow>& all,
                                             const std::string& name, const std::string& hash);

}  // namespace muster::cli
