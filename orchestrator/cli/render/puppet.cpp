#include "orchestrator/cli/render/puppet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using State = puppet::RunEnd::State;

constexpr std::size_t kPuppetColumns = 40;
constexpr State kStates[] = {State::changed, State::unchanged, State::failed, State::not_started,
                             State::silent};

Ink ink_of_run(State state) {
  switch (state) {
    case State::changed:
    case State::unchanged:
      return Ink::green;
    case State::failed:
    case State::not_started:
    case State::silent:
      break;
  }
  return Ink::red;
}

bool is_true(const Value& data, const char* name) {
  return data.is_object() && data.value(name, Value()) == true;
}

// "-" for what the node does not know: a run that failed early has no resources.
std::string shown_number(const Value& data, const char* name) {
  const auto value = member(data, name);
  return value.is_number() ? base::json_text(value) : "-";
}

std::string ago(const Value& seconds) {
  if (!seconds.is_number() || seconds < 0) return "-";
  return duration(std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::duration<double>(seconds.get<double>()))) +
         " ago";
}

std::string took(const Value& seconds) {
  if (!seconds.is_number() || seconds < 0) return "-";
  return fmt::format("{:.1f} s", seconds.get<double>());
}

Row last_run_row(const client::NodeResult& node) {
  const auto failed = member(node.data, "failed_resources");
  const auto config = member(node.data, "config_version");
  const bool bad = failed.is_number() && failed > 0;
  return {{node.identity},
          {ago(member(node.data, "since_lastrun"))},
          {shown_number(node.data, "total_resources")},
          {shown_number(node.data, "changed_resources")},
          {shown_number(node.data, "failed_resources"), bad ? Ink::red : Ink::plain},
          {shown_number(node.data, "out_of_sync_resources")},
          {took(member(node.data, "total_time"))},
          {config.is_string() ? config.get<std::string>()
                              : (config.is_number() ? base::json_text(config) : "-")}};
}

}  // namespace

std::string run_line(const puppet::RunEnd& end, const Style& style) {
  std::string out =
      fmt::format("{} {} in {}\n", pad(one_line(end.identity), kPuppetColumns),
                  style(ink_of_run(end.state), name_of(end.state)), duration(end.took));
  if (!end.message.empty()) out += indent(printable(end.message), 3) + "\n";
  if (!end.last_lines.empty()) out += indent(printable(end.last_lines), 6) + "\n";
  return out;
}

std::string runs_closing(const Runs& runs, const Style& style, std::size_t columns) {
  const auto& ends = runs.ends;
  std::string counts;
  for (const auto state : kStates) {
    const auto count = std::count_if(ends.begin(), ends.end(),
                                     [&](const auto& end) { return end.state == state; });
    if (count == 0) continue;
    counts += counts.empty() ? "" : ", ";
    counts += style(ink_of_run(state), fmt::format("{} {}", count, name_of(state)));
  }
  CallFrame frame;
  frame.undecided = runs.undecided;
  return fmt::format("\n{} {} in {}: {}\n", ends.size(), ends.size() == 1 ? "node" : "nodes",
                     duration(runs.took), counts) +
         missing_text(frame, {}, style, columns);
}

Value runs_json(const Runs& runs) {
  Value replies = Value::array();
  Value counts = Value::object();
  for (const auto state : kStates) counts[std::string(name_of(state))] = 0;
  for (const auto& end : runs.ends) {
    const std::string state(name_of(end.state));
    counts[state] = counts[state].get<int>() + 1;
    replies.push_back({{"sender", end.identity},
                       {"state", state},
                       {"exit_code", end.exit_code < 0 ? Value() : Value(end.exit_code)},
                       {"message", end.message},
                       {"last_lines", end.last_lines},
                       {"took_ms", end.took.count()}});
  }
  return {{"replies", std::move(replies)},
          {"undecided", runs.undecided},
          {"summary", std::move(counts)},
          {"took_ms", runs.took.count()}};
}

std::string last_runs_text(const client::CallResult& result, const Style& style,
                           std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& node : result.results)
    if (node.outcome == client::Outcome::ok) rows.push_back(last_run_row(node));
  if (rows.empty()) return "";
  return table_text(
      {"NODE", "LAST RUN", "RESOURCES", "CHANGED", "FAILED", "OUT OF SYNC", "TOOK", "CONFIG"}, rows,
      style, columns);
}

PuppetCount count_puppet(const client::CallResult& result) {
  PuppetCount count;
  for (const auto& node : result.results) {
    if (node.outcome != client::Outcome::ok) continue;
    ++count.total;
    count.enabled += is_true(node.data, "enabled") ? 1 : 0;
    count.applying += is_true(node.data, "applying") ? 1 : 0;
    count.daemons += is_true(node.data, "daemon_present") ? 1 : 0;
    count.idling += is_true(node.data, "idling") ? 1 : 0;
  }
  return count;
}

std::string count_text(const PuppetCount& count) {
  return fmt::format(
      "Total Puppet nodes: {}\n\n"
      "          Nodes currently enabled: {}\n"
      "         Nodes currently disabled: {}\n\n"
      "Nodes currently doing puppet runs: {}\n"
      "          Nodes currently stopped: {}\n\n"
      "       Nodes with daemons started: {}\n"
      "    Nodes without daemons started: {}\n"
      "       Daemons started but idling: {}\n\n",
      count.total, count.enabled, count.total - count.enabled, count.applying,
      count.total - count.applying, count.daemons, count.total - count.daemons, count.idling);
}

Value count_json(const PuppetCount& count) {
  return {{"total", count.total},
          {"enabled", count.enabled},
          {"applying", count.applying},
          {"daemons", count.daemons},
          {"idling", count.idling}};
}

}  // namespace muster::cli::render
