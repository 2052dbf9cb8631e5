// Which workflow a node gets that begins now: rules over its facts and its token, of which the first that matches counts.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/workflow/condition.hpp"
#include "orchestrator/workflow/values.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

inline constexpr std::size_t kRulesMax = 64;

using WorkflowPtr = std::shared_ptr<const Workflow>;

struct Rule {
  Condition when;
  WorkflowPtr workflow;
};

// Errc::config: it names what is not known before a node has a workflow, a master or a reply.
Status check_rule(const Condition& when);

// Immutable, cheap to copy, thread-safe. There is one rule at least.
class Rules {
 public:
  // All nodes get this one.
  explicit Rules(Workflow only);
  // Errc::config when there is none, when one can never be reached, or two different workflows have one name.
  static Result<Rules> of(std::vector<Rule> rules);

  // `token_names`: the workflow that its token is for, whatever the rules say; empty: none. Errc::not_found says why it gets none.
  Result<WorkflowPtr> choose(const Values& node, bool is_joining,
                             const std::string& token_names) const;
  // Null: none of the rules has one with this hash.
  WorkflowPtr find(const std::string& hash) const;

  // Each once, in the order of the rules.
  const std::vector<WorkflowPtr>& workflows() const { return workflows_; }
  std::vector<std::string> names() const;
  // For what is told of a node that has none: that of the last rule, which is the one for all that are left.
  const Workflow& last() const { return *rules_.back().workflow; }
  std::vector<std::string> facts_of_masters() const;  // of all
  bool have(Kind kind) const;                         // one of them
  std::chrono::seconds longest_lease() const;

 private:
  explicit Rules(std::vector<Rule> rules);

  std::vector<Rule> rules_;
  std::vector<WorkflowPtr> workflows_;
};

}  // namespace muster::workflow
