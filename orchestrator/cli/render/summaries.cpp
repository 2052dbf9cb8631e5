#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "plugins/aggregates/aggregates.hpp"

namespace muster::cli::render {
namespace {

std::vector<aggregates::Summary> summaries_of(const client::CallResult& result,
                                              const ddl::Action& action) {
  std::vector<const Value*> replies;
  for (const auto& node : result.results)
    if (node.outcome == client::Outcome::ok) replies.push_back(&node.data);
  return aggregates::summarize_all(action, replies);
}

}  // namespace

std::string summaries_text(const client::CallResult& result, const ddl::Action& action,
                           const Style& style) {
  std::string out;
  for (const auto& summary : summaries_of(result, action)) {
    out += style(Ink::bold, one_line(summary.title)) + "\n\n";
    for (const auto& line : summary.lines) out += "   " + one_line(line) + "\n";
    out += "\n";
  }
  return out;
}

Value summaries_json(const client::CallResult& result, const ddl::Action& action) {
  return aggregates::summaries_json(summaries_of(result, action));
}

}  // namespace muster::cli::render
