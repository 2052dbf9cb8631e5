// Which names templates and conditions may use when a step's turn comes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

inline constexpr std::string_view kNodeFacts = "node.facts.";
inline constexpr std::string_view kMasterFacts = "master.facts.";
inline constexpr std::string_view kTokenExtensions = "token.extensions.";
inline constexpr std::string_view kSteps = "steps.";

// "steps.STEP.OUTPUT", and perhaps more of what the output holds.
struct StepOutput {
  std::string step;
  std::string output;
};
// None: another name, or one that is no such one in full.
std::optional<StepOutput> step_output(std::string_view name);

// From the start: node.identity, node.facts.*, token.extensions, and each of them by its name, token.alternative_names. Once there is a master: master.identity,
// master.address, master.ca, master.facts.*. From each call that stands before: its outputs, by the description of its action. Facts are
// whatever a site has, and not checked.
class KnownNames {
 public:
  // `steps`: the names of all, in their order. `outer`: of a workflow that is a step of another one: what is known there, where a step is looked for
  // that is none of its own. Borrows both, and the descriptions.
  KnownNames(std::vector<std::string> steps, const Descriptions& agents,
             const KnownNames* outer = nullptr)
      : steps_(std::move(steps)),
        agents_(agents),
        outer_(outer),
        has_master_(outer != nullptr && outer->has_master_) {}
  // It stands before those that are checked from now on.
  void add(const Step& step);
  // Errc::config: what is wrong with it, and the nearest.
  Status check(const std::string& name) const;

 private:
  Status check_output(const std::string& name) const;

  const std::vector<std::string> steps_;
  const Descriptions& agents_;
  const KnownNames* const outer_;
  std::vector<Step> before_;
  bool has_master_;
};

}  // namespace muster::workflow
