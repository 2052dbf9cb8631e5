#include "orchestrator/workflow/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "orchestrator/workflow/check_order.hpp"
#include "orchestrator/workflow/known_names.hpp"
#include "orchestrator/workflow/texts.hpp"
#include "proto/base/names.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/x509/key.hpp"

namespace muster::workflow {
namespace {

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

Result<Workflow> read_workflow(base::StrictMap map, const std::string& name,
                               std::shared_ptr<const Descriptions> agents, FindText find) {
  Workflow workflow;
  workflow.agents = std::move(agents);
  read_head(map, workflow);
  if (auto names = names_of_steps(map)) {
    OrderCheck order(*workflow.agents, *std::move(names));
    StepsReader reader(*workflow.agents, std::move(find), name);
    const StepsReader::Place place{std::filesystem::path(name).filename().string(), nullptr};
    workflow.steps = reader.read(map, place, order);
    order.check_all(map);
    keep_what_is_named(workflow);
  }
  MUSTER_TRY(map.finish());
  return workflow;
}

}  // namespace

Result<Workflow> parse_workflow(std::string_view text, const std::string& name,
                                std::shared_ptr<const Descriptions> agents) {
  const auto texts = split_texts(text);
  const auto find = [&](const std::string& file) -> Result<std::string> {
    if (const auto* found = texts.find(file)) return *found;
    return fail(Errc::config, fmt::format("the text of {} is not there", base::quoted(file)));
  };
  MUSTER_ASSIGN(auto workflow, parse_workflow(texts.main, name, std::move(agents), find));
  workflow.text = text;
  workflow.hash = x509::sha256_hex(text);
  return workflow;
}

Result<Workflow> parse_workflow(std::string_view main, const std::string& name,
                                std::shared_ptr<const Descriptions> agents, const FindText& find) {
  Texts texts{std::string(main), {}};
  MUSTER_TRY(check_joinable(name, main));
  const auto remember = [&](const std::string& file) -> Result<std::string> {
    if (const auto* found = texts.find(file)) return *found;
    MUSTER_ASSIGN(auto found, find(file));
    MUSTER_TRY(check_joinable(file, found));
    texts.inner.emplace_back(file, found);
    return found;
  };
  MUSTER_ASSIGN(auto map, base::StrictMap::from_text(main, name));
  MUSTER_ASSIGN(auto workflow, read_workflow(std::move(map), name, std::move(agents), remember));
  workflow.text = join_texts(texts);
  workflow.hash = x509::sha256_hex(workflow.text);
  return workflow;
}

}  // namespace muster::workflow
