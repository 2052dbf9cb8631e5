#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using client::NodeResult;
using client::Outcome;

// The output that an aggregate is about: ["exitcode"], or with a format behind it [["exitcode"], {…}].
std::string output_of(const ddl::Aggregate& aggregate) {
  const Value* args = &aggregate.args;
  while (args->is_array() && !args->empty()) args = &args->front();
  return args->is_string() ? args->get<std::string>() : "";
}

std::string title_of(const ddl::Action& action, const std::string& output) {
  for (const auto& known : action.outputs)
    if (known.name == output && !known.display_as.empty()) return known.display_as;
  return output;
}

// Every value of the output over all nodes that are ok; the items of a list count each.
std::vector<Value> values_of(const client::CallResult& result, const std::string& output) {
  std::vector<Value> values;
  for (const auto& node : result.results) {
    if (node.outcome != Outcome::ok || !node.data.is_object() || !node.data.contains(output))
      continue;
    const Value& value = node.data[output];
    if (value.is_array())
      values.insert(values.end(), value.begin(), value.end());
    else
      values.push_back(value);
  }
  return values;
}

std::string counted(const std::vector<Value>& values) {
  std::map<std::string, std::size_t> counts;
  for (const auto& value : values) ++counts[one_line(value_text(value))];
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::size_t widest = 0;
  for (const auto& [text, count] : sorted) widest = std::max(widest, width(text));
  std::string out;
  for (const auto& [text, count] : sorted)
    out += fmt::format("   {} = {}\n", pad_left(text, widest), count);
  return out;
}

std::string computed(const std::string& function, const std::vector<Value>& values) {
  double sum = 0;
  std::size_t numbers = 0;
  for (const auto& value : values) {
    if (!value.is_number()) continue;
    sum += value.get<double>();
    ++numbers;
  }
  if (numbers == 0) return "   No aggregate summary could be computed\n";
  return fmt::format("   {:g}\n", function == "sum" ? sum : sum / static_cast<double>(numbers));
}

}  // namespace

Value summaries_json(const client::CallResult& result, const ddl::Action& action) {
  Value all = Value::object();
  for (const auto& aggregate : action.aggregates) {
    const std::string output = output_of(aggregate);
    Value counts = Value::object();
    for (const auto& value : values_of(result, output)) {
      auto& count = counts[one_line(value_text(value))];
      count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    all[output] = std::move(counts);
  }
  return all;
}

std::string summaries_text(const client::CallResult& result, const ddl::Action& action,
                           const Style& style) {
  std::string out;
  for (const auto& aggregate : action.aggregates) {
    const std::string output = output_of(aggregate);
    const auto values = values_of(result, output);
    const bool adds = aggregate.function == "sum" || aggregate.function == "average";
    if (output.empty() || values.empty()) continue;
    const std::string kind = !adds ? "Summary" : aggregate.function == "sum" ? "Sum" : "Average";
    out += style(Ink::bold, fmt::format("{} of {}:", kind, title_of(action, output))) + "\n\n";
    out += (adds ? computed(aggregate.function, values) : counted(values)) + "\n";
  }
  return out;
}

}  // namespace muster::cli::render
