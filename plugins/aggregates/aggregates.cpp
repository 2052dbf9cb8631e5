#include "plugins/aggregates/aggregates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/aggregates/function.hpp"
#include "proto/ddl/site_rules.hpp"

namespace muster::aggregates {
namespace {

std::string label_of(const ddl::Action& action, const std::string& output) {
  for (const auto& known : action.outputs)
    if (known.name == output && !known.display_as.empty()) return known.display_as;
  return output;
}

// The values of `output`; replies that lack it, or have null or an empty list, are counted instead.
std::vector<const Value*> values_of(const std::string& output,
                                    const std::vector<const Value*>& replies,
                                    std::size_t& without) {
  std::vector<const Value*> values;
  for (const auto* reply : replies) {
    const auto found = reply->is_object() ? reply->find(output) : reply->end();
    const auto had = values.size();
    if (found != reply->end() && found->is_array()) {
      for (const auto& item : *found)
        if (!item.is_null()) values.push_back(&item);
    } else if (found != reply->end() && !found->is_null()) {
      values.push_back(&*found);
    }
    if (values.size() == had) ++without;
  }
  return values;
}

const Function* function_named(std::string_view name) {
  const auto& all = functions();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Function& f) { return f.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// A function of the site's as the one of ours that it stands for.
ddl::Aggregate resolved(ddl::Aggregate aggregate) {
  const auto rules = ddl::site_rules();
  const auto site = rules->aggregates.find(aggregate.function);
  if (site == rules->aggregates.end()) return aggregate;
  aggregate.function = site->second.function;
  aggregate.format = site->second.format;
  aggregate.mapping = site->second.mapping;
  return aggregate;
}

void compute(const ddl::Aggregate& aggregate, const Sample& sample, Summary& summary) {
  const auto ours = resolved(aggregate);
  if (const auto* function = function_named(ours.function))
    function->compute(ours, sample, summary);
  else
    summary.why_not = "there is no function " + aggregate.function;
}

}  // namespace

const std::vector<Function>& functions() {
  static const std::vector<Function> all{
      {"summary", "how many replies have each value", compute_summary},
      {"boolean_summary", "the same, for yes and no", compute_boolean_summary},
      {"average", "the mean of numbers", compute_average},
      {"sum", "the sum of numbers", compute_sum},
      {"chart", "how numbers are distributed", compute_chart}};
  return all;
}

Summary summarize(const ddl::Aggregate& aggregate, const ddl::Action& action,
                  const std::vector<const Value*>& replies) {
  Summary summary;
  summary.function = aggregate.function;
  summary.output = aggregate.output;
  Sample sample;
  sample.label = label_of(action, aggregate.output);
  summary.title = fmt::format("Summary of {}:", sample.label);
  sample.values = values_of(aggregate.output, replies, summary.without);
  if (sample.values.empty())
    summary.why_not = replies.empty() ? "no node answered ok" : "no node gave the value";
  else
    compute(aggregate, sample, summary);
  if (!summary.why_not.empty())
    summary.lines = {fmt::format("No aggregate summary could be computed: {}", summary.why_not)};
  else if (summary.without > 0)
    summary.lines.push_back(fmt::format("({} {} no value)", summary.without,
                                        summary.without == 1 ? "node gave" : "nodes gave"));
  return summary;
}

std::vector<Summary> summarize_all(const ddl::Action& action,
                                   const std::vector<const Value*>& replies) {
  std::vector<Summary> summaries;
  for (const auto& aggregate : action.aggregates)
    if (function_named(resolved(aggregate).function) != nullptr)
      summaries.push_back(summarize(aggregate, action, replies));
  return summaries;
}

Value summaries_json(const std::vector<Summary>& summaries) {
  Value json = Value::object();
  for (const auto& summary : summaries) {
    auto& entry = json[summary.output];
    entry[summary.function] = summary.value;
    entry["without"] = summary.without;
    if (!summary.why_not.empty()) entry["reason"][summary.function] = summary.why_not;
  }
  return json;
}

}  // namespace muster::aggregates
