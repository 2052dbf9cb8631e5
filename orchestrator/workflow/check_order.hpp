// Each step against those before it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/workflow/known_names.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::workflow {

// What the engine relies on: a lease first, a master before anything that needs one, names that tell steps apart, values that are
// there when their step comes.
class OrderCheck {
 public:
  // Borrows the workflow while it is read. `steps`: the names of all, in their order.
  OrderCheck(const Workflow& workflow, std::vector<std::string> steps);
  // The step that was read last, where it stands.
  void check_last(base::StrictMap& step_map);
  // One that is done when the step that is being read has failed.
  void check_compensating(base::StrictMap& step_map, const Step& step);
  // The whole.
  void check_all(base::StrictMap& map) const;

 private:
  void check_name(base::StrictMap& map, const Step& step);
  void check_names(base::StrictMap& map, const Step& step) const;
  void check_master(base::StrictMap& map, const Step& step) const;

  const Workflow& workflow_;
  std::set<std::string> names_;
  KnownNames known_;
  bool has_master_ = false;
};

}  // namespace muster::workflow
