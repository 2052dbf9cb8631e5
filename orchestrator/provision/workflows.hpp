// The workflows that nodes began with and that are not ours any more, or never were: as other orchestrators keep them on the bus.
#pragma once

#include <map>
#include <string>

#include "orchestrator/workflow/rules.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

using workflow::WorkflowPtr;

// On the loop's thread. Holds as many as are told to it.
class Workflows {
 public:
  // A text was heard; or why it is none here, as when an agent that it calls is not described.
  void heard(const std::string& hash, Result<workflow::Workflow> read);
  void forget(const std::string& hash) { by_hash_.erase(hash); }
  // Errc::unavailable says why it cannot be had.
  Result<WorkflowPtr> find(const std::string& hash) const;

 private:
  std::map<std::string, Result<WorkflowPtr>> by_hash_;
};

}  // namespace muster::provision
