#include "orchestrator/workflow/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "orchestrator/workflow/check_order.hpp"
#include "orchestrator/workflow/known_names.hpp"
#include "orchestrator/workflow/read_step.hpp"
#include "proto/base/names.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/x509/key.hpp"

namespace muster::workflow {
namespace {

// Of all, before they are read: whoever names a later one is told so.
std::vector<std::string> names_of(const Value& steps) {
  std::vector<std::string> names;
  for (const auto& step : steps)
    if (step.is_object() && step.contains("name") && step.at("name").is_string())
      names.push_back(step.at("name").get<std::string>());
  return names;
}

// Replies may be large, and thousands of nodes are in flight.
void keep_what_is_named(Workflow& workflow) {
  for (const auto& later : workflow.steps)
    for (const auto& name : names_read_by(later)) {
      const auto named = step_output(name);
      if (!named) continue;
      const auto at = workflow.index_of(named->step);
      if (at == workflow.steps.size()) continue;
      auto& kept = workflow.steps[at].kept;
      if (std::find(kept.begin(), kept.end(), named->output) == kept.end())
        kept.push_back(named->output);
    }
}

Result<Workflow> read_workflow(base::StrictMap map, std::shared_ptr<const Descriptions> agents) {
  Workflow workflow;
  workflow.agents = std::move(agents);
  map.text("name", workflow.name);
  if (auto ok = base::check_word("workflow", workflow.name); !ok)
    map.complain("name", ok.error().message);
  std::int64_t attempts = workflow.attempts;
  map.integer("attempts", attempts, 1, kAttemptsMax);
  workflow.attempts = static_cast<std::uint32_t>(attempts);
  std::int64_t lease = workflow.lease.count();
  map.integer("lease_s", lease, 10, 3600);
  workflow.lease = std::chrono::seconds(lease);
  read_seconds(map, "retry_first_s", workflow.retry_first);
  read_seconds(map, "retry_most_s", workflow.retry_most);
  // Counts what aliases repeat as often as it is repeated: nothing larger is read step by step.
  Value steps;
  map.any("steps", steps);
  if (steps.size() > kStepsMax)
    map.complain("steps", fmt::format("{} steps; the limit is {}", steps.size(), kStepsMax));
  if (!steps.is_array() || steps.size() > kStepsMax) MUSTER_TRY(map.finish());
  OrderCheck order(workflow, names_of(steps));
  map.maps("steps", [&](base::StrictMap& inner) {
    workflow.steps.push_back(read_step(
        inner, *workflow.agents,
        [&](base::StrictMap& at, const Step& step) { order.check_compensating(at, step); }));
    order.check_last(inner);
  });
  order.check_all(map);
  keep_what_is_named(workflow);
  MUSTER_TRY(map.finish());
  return workflow;
}

}  // namespace

Result<Workflow> parse_workflow(std::string_view text, const std::string& name,
                                std::shared_ptr<const Descriptions> agents) {
  MUSTER_ASSIGN(auto map, base::StrictMap::from_text(text, name));
  MUSTER_ASSIGN(auto workflow, read_workflow(std::move(map), std::move(agents)));
  workflow.text = text;
  workflow.hash = x509::sha256_hex(text);
  return workflow;
}

}  // namespace muster::workflow
