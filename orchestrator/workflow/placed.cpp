#include "orchestrator/workflow/placed.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "orchestrator/workflow/known_names.hpp"
#include "orchestrator/workflow/templates.hpp"

namespace muster::workflow {
namespace {

using Rename = std::function<std::string(const std::string&)>;

void rename_all(std::vector<std::string>& names, const Rename& rename) {
  for (auto& name : names) name = rename(name);
}

void place(Step& step, const std::string& block, const Rename& rename) {
  step.name = fmt::format("{}/{}", block, step.name);
  if (!step.skipped_with_it.empty())
    step.skipped_with_it = fmt::format("{}/{}", block, step.skipped_with_it);
  step.when.rename(rename);
  for (auto& inner : step.blocks) {
    inner.name = fmt::format("{}/{}", block, inner.name);
    inner.when.rename(rename);
  }
  step.arguments = renamed(step.arguments, rename);
  rename_all(step.names, rename);
  if (!step.on.empty()) step.on = renamed(Value(step.on), rename).get<std::string>();
  rename_all(step.on_names, rename);
  for (auto& each : step.compensation) place(each, block, rename);
}

}  // namespace

std::vector<Step> placed_in(const Block& block, const Step& as_block, std::vector<Step> steps) {
  std::set<std::string> own;
  for (const auto& step : steps) own.insert(step.name);
  const Rename rename = [&](const std::string& name) {
    const auto named = step_output(name);
    if (!named || !own.contains(named->step)) return name;
    return fmt::format("{}{}/{}", kSteps, block.name, name.substr(kSteps.size()));
  };
  for (auto& step : steps) {
    place(step, block.name, rename);
    step.blocks.insert(step.blocks.begin(), block);
    const bool blocks_word = as_block.on_failure != OnFailure::retry && step.fails_unsaid;
    if (step.on_failure != OnFailure::retry && !blocks_word) continue;
    step.fails_unsaid = false;
    step.on_failure = as_block.on_failure;
    step.compensation = as_block.compensation;
    step.skipped_with_it = block.skips ? block.name : "";
  }
  return steps;
}

}  // namespace muster::workflow
