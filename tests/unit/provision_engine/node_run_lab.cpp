#include "tests/unit/provision_engine/node_run_lab.hpp"

#include "orchestrator/workflow/load_workflow.hpp"

namespace muster::provision {

workflow::Workflow shipped_workflow() {
  return workflow::load_workflow(MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml").value();
}

}  // namespace muster::provision
