#include "orchestrator/provision/live/load_workflow.hpp"

#include "orchestrator/workflow/parse.hpp"
#include "proto/base/files.hpp"

namespace muster::provision {

Result<workflow::Workflow> load_workflow(const std::filesystem::path& path) {
  MUSTER_ASSIGN(const auto text, base::read_file(path));
  return workflow::parse_workflow(text, path.string());
}

}  // namespace muster::provision
