#include "orchestrator/provision/workflows.hpp"

#include <memory>
#include <utility>

namespace muster::provision {

void Workflows::heard(const std::string& hash, Result<workflow::Workflow> read) {
  if (read)
    by_hash_.insert_or_assign(hash, std::make_shared<const workflow::Workflow>(*std::move(read)));
  else
    by_hash_.insert_or_assign(
        hash, fail(Errc::unavailable, "it is not understood here: " + read.error().message));
}

Result<WorkflowPtr> Workflows::find(const std::string& hash) const {
  const auto at = by_hash_.find(hash);
  if (at == by_hash_.end()) return fail(Errc::unavailable, "no orchestrator keeps it on the bus");
  return at->second;
}

}  // namespace muster::provision
