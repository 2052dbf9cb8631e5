#include "orchestrator/cli/render/run_stats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/client/run_stats.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

using client::number_at;
using client::text_at;
using client::Times;

constexpr double kHalf = 0.5;
constexpr double kNearlyAll = 0.95;

Times times_at(const Value& map, const char* name) {
  return Times::from_value(member(map, name));
}

std::string time_text(const Times& times, double share) {
  return times.count() == 0 ? "-" : duration(std::chrono::milliseconds(times.within_ms(share)));
}

std::string number_text(std::int64_t number) {
  return std::to_string(number);
}

std::string steps_text(const Value& stats, const Style& style, std::size_t columns) {
  std::vector<std::pair<std::int64_t, Row>> found;  // those that take longest first
  const auto steps = member(stats, "steps");
  for (const auto& [name, step] : steps.items()) {
    const auto took = times_at(step, "took");
    found.emplace_back(took.within_ms(kHalf), Row{{name},
                                                  {std::to_string(took.count())},
                                                  {time_text(took, kHalf)},
                                                  {time_text(took, kNearlyAll)},
                                                  {number_text(number_at(step, "failed"))}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Row> rows;
  for (auto& [took, row] : found) rows.push_back(std::move(row));
  return table_text({"STEP", "DONE", "P50", "P95", "FAILED"}, rows, style, columns);
}

std::string masters_text(const Value& stats, const Style& style, std::size_t columns) {
  std::vector<Row> rows;
  const auto masters = member(stats, "masters");
  for (const auto& [name, master] : masters.items()) {
    const auto runs = member(master, "runs");
    const auto whole = times_at(master, "whole");
    rows.push_back({{name},
                    {number_text(number_at(runs, "finished"))},
                    {number_text(number_at(runs, "failed"))},
                    {time_text(whole, kHalf)},
                    {time_text(whole, kNearlyAll)}});
  }
  return table_text({"MASTER", "FINISHED", "FAILED", "P50", "P95"}, rows, style, columns);
}

std::string reasons_text(const Value& stats, const Style& style, std::size_t columns) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  const auto reasons = member(stats, "reasons");
  for (const auto& [why, count] : reasons.items())
    found.emplace_back(count.is_number_integer() ? count.get<std::int64_t>() : 0, why);
  std::sort(found.rbegin(), found.rend());
  std::vector<Row> rows;
  for (const auto& [count, why] : found)
    rows.push_back({{number_text(count)}, {why.empty() ? "no reason was told" : why}});
  return table_text({"FAILED", "BECAUSE"}, rows, style, columns);
}

Value times_json(const Times& times) {
  if (times.count() == 0) return {{"p50_ms", nullptr}, {"p95_ms", nullptr}};
  return {{"p50_ms", times.within_ms(kHalf)}, {"p95_ms", times.within_ms(kNearlyAll)}};
}

Row run_row(const Value& run) {
  const auto state = text_at(run, "state");
  const auto master = text_at(run, "master");
  return {{base::iso8601(number_at(run, "ended_at_ms"))},
          {state, state == "finished" ? Ink::green : Ink::red},
          {master.empty() ? "-" : master},
          {number_text(number_at(run, "attempts"))},
          {duration(std::chrono::milliseconds(number_at(run, "took_ms")))},
          {text_at(run, "reason")}};
}

Row step_row(const Value& step) {
  return {{"  " + text_at(step, "name")},
          {text_at(step, "state")},
          {""},
          {number_text(number_at(step, "tries"))},
          {duration(std::chrono::milliseconds(number_at(step, "took_ms")))},
          {text_at(step, "message")}};
}

}  // namespace

std::string run_stats_text(const Value& stats, const std::string& since, const Style& style,
                           std::size_t columns) {
  const auto runs = member(stats, "runs");
  const auto whole = times_at(stats, "whole");
  auto out = fmt::format("Since {}: {} finished, {} failed, {} cancelled\n", since,
                         number_at(runs, "finished"), number_at(runs, "failed"),
                         number_at(runs, "cancelled"));
  if (whole.count() > 0)
    out += fmt::format("From the first step to the last: half within {}, 95 % within {}\n",
                       time_text(whole, kHalf), time_text(whole, kNearlyAll));
  if (member(stats, "steps").is_object()) out += "\n" + steps_text(stats, style, columns);
  if (member(stats, "masters").is_object()) out += "\n" + masters_text(stats, style, columns);
  if (member(stats, "reasons").is_object()) out += "\n" + reasons_text(stats, style, columns);
  return out;
}

Value run_stats_json(const Value& stats, const std::string& since) {
  Value steps = Value::object();
  const auto all_steps = member(stats, "steps");
  for (const auto& [name, step] : all_steps.items()) {
    const auto took = times_at(step, "took");
    steps[name] = times_json(took);
    steps[name]["done"] = took.count();
    steps[name]["failed"] = number_at(step, "failed");
  }
  Value masters = Value::object();
  const auto all_masters = member(stats, "masters");
  for (const auto& [name, master] : all_masters.items()) {
    const auto runs = member(master, "runs");
    masters[name] = times_json(times_at(master, "whole"));
    masters[name]["finished"] = number_at(runs, "finished");
    masters[name]["failed"] = number_at(runs, "failed");
  }
  const auto map_at = [&stats](const char* name) {
    auto map = member(stats, name);
    return map.is_object() ? map : Value::object();
  };
  auto out = times_json(times_at(stats, "whole"));
  out["since"] = since;
  out["runs"] = map_at("runs");
  out["steps"] = std::move(steps);
  out["masters"] = std::move(masters);
  out["reasons"] = map_at("reasons");
  return out;
}

std::string run_history_text(const Value& history, bool steps, const Style& style,
                             std::size_t columns) {
  std::vector<Row> rows;
  const auto runs = member(history, "runs");
  for (const auto& run : runs) {
    rows.push_back(run_row(run));
    const auto all = member(run, "steps");
    if (!steps || !all.is_array()) continue;
    for (const auto& step : all) rows.push_back(step_row(step));
  }
  return table_text({"ENDED", "STATE", "MASTER", "ATTEMPTS", "TOOK", "REASON"}, rows, style,
                    columns);
}

}  // namespace muster::cli::render
