#include "tests/unit/provision_engine/node_run_lab.hpp"

#include "orchestrator/provision/live/load_workflow.hpp"

namespace muster::provision {

workflow::Workflow shipped_workflow() {
  return load_workflow(MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml").value();
}

}  // namespace muster::provision
