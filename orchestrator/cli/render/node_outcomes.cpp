#include "orchestrator/cli/render/node_outcomes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using client::NodeOutcome;
using client::Outcome;

// Why not, with who says so; what else is to be known without.
std::string message_of(const NodeOutcome& outcome) {
  if (outcome.outcome == Outcome::ok || outcome.orchestrator.empty())
    return one_line(outcome.message);
  return one_line(outcome.orchestrator) + ": " + one_line(outcome.message);
}

}  // namespace

std::string node_outcomes_text(const std::vector<NodeOutcome>& outcomes, const Style& style,
                               std::size_t columns) {
  std::vector<Row> rows;
  std::size_t done = 0;
  for (const auto& one : outcomes) {
    const bool ok = one.outcome == Outcome::ok;
    if (ok) ++done;
    rows.push_back({{one_line(one.node)},
                    {std::string(client::name_of(one.outcome)), ok ? Ink::green : Ink::red},
                    {message_of(one)}});
  }
  const auto width = std::max<std::size_t>(columns, kColumnsWithoutTerminal);
  const auto out = table_text({"NODE", "OUTCOME", "MESSAGE"}, rows, style, width);
  return out + (done == outcomes.size()
                    ? fmt::format("\nAll {} nodes: done\n", done)
                    : fmt::format("\n{} of {} nodes: done\n", done, outcomes.size()));
}

std::string one_done_text(const NodeOutcome& outcome, const std::string& done) {
  auto line = fmt::format(fmt::runtime(done), one_line(outcome.node)) + "\n";
  if (!outcome.message.empty()) line += one_line(outcome.message) + "\n";
  return line;
}

Value node_outcomes_json(const std::string& action, const std::vector<NodeOutcome>& outcomes) {
  Value nodes = Value::array();
  for (const auto& one : outcomes)
    nodes.push_back({{"node", one.node},
                     {"outcome", client::name_of(one.outcome)},
                     {"message", one.message},
                     {"orchestrator", one.orchestrator}});
  return {{"action", action}, {"nodes", std::move(nodes)}};
}

}  // namespace muster::cli::render
