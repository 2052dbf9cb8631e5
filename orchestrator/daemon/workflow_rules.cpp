#include "orchestrator/daemon/workflow_rules.hpp"

#include <memory>
#include <string>
#include <utility>

#include "orchestrator/workflow/load_workflow.hpp"

namespace muster::daemon {
namespace {

void read_when(base::StrictMap& map, workflow::Condition& when) {
  if (!map.has("when")) return;
  std::string text;
  map.text("when", text);
  auto condition = workflow::Condition::parse(text);
  if (!condition) return map.complain("when", condition.error().message);
  if (auto ok = workflow::check_rule(*condition); !ok) map.complain("when", ok.error().message);
  when = *std::move(condition);
}

Result<workflow::Workflow> load_provisioning(const std::filesystem::path& file,
                                             const std::filesystem::path& ddl_folder) {
  MUSTER_ASSIGN(auto one, workflow::load_workflow(file, ddl_folder));
  if (!one.leaves()) return one;
  return fail(Errc::config, file.string() +
                                ": it begins with 'do: leave', so it is for 'decommission', "
                                "and provisions no node");
}

}  // namespace

WorkflowRule read_rule(base::StrictMap& map) {
  WorkflowRule rule;
  read_when(map, rule.when);
  map.path("workflow", rule.workflow);
  if (rule.workflow.empty())
    map.complain("workflow", "a rule names the file of a workflow: {when: …, workflow: FILE}");
  return rule;
}

Result<workflow::Rules> load_rules(const std::vector<WorkflowRule>& rules,
                                   const std::filesystem::path& only,
                                   const std::filesystem::path& ddl_folder,
                                   const std::filesystem::path& config) {
  if (rules.empty()) {
    MUSTER_ASSIGN(auto for_all, load_provisioning(only, ddl_folder));
    return workflow::Rules(std::move(for_all));
  }
  std::vector<workflow::Rule> read;
  for (const auto& [when, file] : rules) {
    MUSTER_ASSIGN(auto one, load_provisioning(file, ddl_folder));
    read.push_back({when, std::make_shared<const workflow::Workflow>(std::move(one))});
  }
  auto made = workflow::Rules::of(std::move(read));
  if (!made) return fail(made.error().within(config.string() + ": 'workflows'"));
  return made;
}

Result<workflow::WorkflowPtr> load_decommission(const std::filesystem::path& file, bool is_named,
                                                const std::filesystem::path& ddl_folder) {
  auto loaded = workflow::load_workflow(file, ddl_folder);
  if (!loaded && loaded.error().code == Errc::not_found && !is_named)
    return workflow::WorkflowPtr();
  if (!loaded) return fail(loaded.error());
  if (!loaded->leaves())
    return fail(Errc::config,
                file.string() + ": a workflow for 'decommission' begins with 'do: leave'");
  return std::make_shared<const workflow::Workflow>(*std::move(loaded));
}

}  // namespace muster::daemon
