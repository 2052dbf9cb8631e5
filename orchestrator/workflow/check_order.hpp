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
  // Borrows the descriptions. `steps`: the names of all, in their order. `outer`: of a workflow that is a step of another one, which has the
  // lease, and outlives this.
  OrderCheck(const Descriptions& agents, std::vector<std::string> steps,
             const OrderCheck* outer = nullptr);
  // The steps in their order, each where it stands.
  void check_next(base::StrictMap& step_map, const Step& step);
  // Those of another workflow that is a step of this one, by their full names. Their own check has seen them.
  void add_inner(const std::vector<Step>& steps);
  // One that is done when the step that is being read has failed.
  void check_compensating(base::StrictMap& step_map, const Step& step);
  // One of those that are done side by side: it knows none of the others.
  void check_beside(base::StrictMap& step_map, const Step& step);
  // The whole.
  void check_all(base::StrictMap& map) const;

 private:
  void check_name(base::StrictMap& map, const Step& step);
  void check_names(base::StrictMap& map, const Step& step) const;
  void check_begin(base::StrictMap& map, const Step& step);
  void check_master(base::StrictMap& map, const Step& step) const;

  const bool is_inner_;
  bool leaves_;            // the whole begins with `leave`
  std::size_t steps_ = 0;  // seen by now
  std::set<std::string> names_;
  KnownNames known_;
  bool has_master_;
  bool has_puppet_run_ = false;  // of those side by side
};

}  // namespace muster::workflow
