#include "orchestrator/cli/render/facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kValueColumns = 40;

std::string on_a_line(const Value& value) {
  if (value.is_string()) return one_line(value.get_ref<const std::string&>());
  return base::json_text(value);
}

}  // namespace

std::vector<FactValue> fact_values(const client::CallResult& result) {
  std::map<std::string, FactValue> by_text;
  for (const auto& node : result.results) {
    if (node.outcome != client::Outcome::ok || !node.data.is_object()) continue;
    const auto found = node.data.find("value");
    if (found == node.data.end() || found->is_null()) continue;
    auto& entry = by_text[on_a_line(*found)];
    entry.value = *found;
    entry.nodes.push_back(node.identity);
  }
  std::vector<FactValue> values;
  for (auto& [text, entry] : by_text) values.push_back(std::move(entry));
  return values;
}

std::string facts_text(const std::string& fact, const std::vector<FactValue>& values,
                       bool with_nodes) {
  if (values.empty()) return fmt::format("No values found for fact {}\n\n", one_line(fact));
  std::size_t widest = kValueColumns;
  for (const auto& entry : values) widest = std::max(widest, width(on_a_line(entry.value)));
  std::string out = fmt::format("Report for fact: {}\n\n", one_line(fact));
  for (const auto& entry : values) {
    const std::size_t count = entry.nodes.size();
    out += fmt::format("        {} found {} {}\n", pad(on_a_line(entry.value), widest), count,
                       count == 1 ? "time" : "times");
    if (!with_nodes) continue;
    for (const auto& node : entry.nodes) out += fmt::format("            {}\n", one_line(node));
    out += "\n";
  }
  return out + (with_nodes ? "" : "\n");
}

}  // namespace muster::cli::render
