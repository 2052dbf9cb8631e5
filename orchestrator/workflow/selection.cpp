#include "orchestrator/workflow/selection.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "orchestrator/workflow/read_word.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"

namespace muster::workflow {
namespace {

Result<filter::Filter> parse(const Selection& selection) {
  filter::Text text;
  text.compounds = {selection.from};
  if (!selection.agent.empty()) text.agents = {selection.agent};
  MUSTER_ASSIGN(auto parsed, filter::Filter::parse(text));
  if (parsed.needs_data_plugins())
    return fail(Errc::config, "a filter of a workflow asks no data function");
  return parsed;
}

}  // namespace

void read_selection(base::StrictMap& map, std::string_view from, Selection& selection) {
  map.text(from, selection.from);
  std::int64_t most = static_cast<std::int64_t>(selection.most);
  map.integer("most", most, 1, kChosenMax);
  selection.most = static_cast<std::size_t>(most);
  read_word<IfNone>(map, "if_none",
                    {{"fail", IfNone::fail}, {"skip", IfNone::skip}, {"wait", IfNone::wait}},
                    selection.if_none);
  if (selection.from.empty())
    return map.complain(from, fmt::format("'{}' is a filter, as in {}: role=db", from, from));
  if (selection.from.find("${") != std::string::npos)
    return map.complain(from,
                        "a filter holds no template: what a node says of itself could change its "
                        "meaning; 'facts' compares with the node");
  if (auto parsed = parse(selection); !parsed) return map.complain(from, parsed.error().message);
  set_agent(selection, selection.agent);
}

void set_agent(Selection& selection, const std::string& agent) {
  selection.agent = agent;
  if (auto parsed = parse(selection))
    selection.filter = std::make_shared<const filter::Filter>(*std::move(parsed));
}

}  // namespace muster::workflow
