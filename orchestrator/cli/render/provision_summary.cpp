#include "orchestrator/cli/render/provision_summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using client::Record;

struct Count {
  std::size_t nodes = 0;
  std::int64_t oldest_ms = 0;
};
using Counts = std::map<std::string, Count>;

struct Summary {
  Counts states;
  Counts steps;  // of those that run
  std::map<std::string, std::map<std::string, std::size_t>> masters;
  std::size_t in_turn = 0;
  std::string oldest;  // who waits longest; empty: nobody waits
  std::int64_t oldest_ms = 0;
};

// Since when it is as it is: those on their way since they began, others since they were last heard of.
std::int64_t age_of(const Record& record, const std::string& state, std::int64_t now_ms) {
  const bool on_its_way = state == "running" || state == "waiting";
  const auto began_ms = record.started_at_ms > 0 ? record.started_at_ms : record.queued_at_ms;
  const auto since = on_its_way ? began_ms : record.updated_at_ms;
  return since <= 0 || state == "finished" ? 0 : std::max<std::int64_t>(0, now_ms - since);
}

void add(Counts& counts, const std::string& name, std::int64_t age_ms) {
  auto& count = counts[name];
  ++count.nodes;
  count.oldest_ms = std::max(count.oldest_ms, age_ms);
}

Summary summary_of(const std::vector<Record>& records, std::int64_t now_ms) {
  Summary all;
  for (const auto& record : records) {
    const auto state = shown_state(record);
    const auto age_ms = age_of(record, state, now_ms);
    add(all.states, state, age_ms);
    if (state == "running") add(all.steps, record.step, age_ms);
    if (!record.master.empty()) ++all.masters[record.master][state];
    if (state != "waiting") continue;
    if (record.queued_at_ms > 0) ++all.in_turn;
    if (!all.oldest.empty() && age_ms <= all.oldest_ms) continue;
    all.oldest = record.identity;
    all.oldest_ms = age_ms;
  }
  return all;
}

std::string age_text(std::int64_t ms) {
  return ms == 0 ? "-" : duration(std::chrono::seconds(ms / 1000));
}

std::string counts_text(const char* what, const Counts& counts, const Style& style,
                        std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& [name, count] : counts)
    rows.push_back({{name}, {std::to_string(count.nodes)}, {age_text(count.oldest_ms)}});
  return table_text({what, "NODES", "OLDEST"}, rows, style, columns);
}

std::string masters_text(const Summary& all, const Style& style, std::size_t columns) {
  static const std::vector<std::string> states{"finished", "running", "waiting", "failed"};
  std::vector<Row> rows;
  for (const auto& [master, counts] : all.masters) {
    Row row{{master}};
    for (const auto& state : states) {
      const auto at = counts.find(state);
      row.push_back({at == counts.end() ? "0" : std::to_string(at->second)});
    }
    rows.push_back(std::move(row));
  }
  return table_text({"MASTER", "FINISHED", "RUNNING", "WAITING", "FAILED"}, rows, style, columns);
}

Value counts_json(const Counts& counts) {
  Value out = Value::object();
  for (const auto& [name, count] : counts)
    out[name] = {{"nodes", count.nodes}, {"oldest_ms", count.oldest_ms}};
  return out;
}

}  // namespace

std::string shown_state(const Record& record) {
  return record.claim && !record.approval ? "waiting" : record.state;
}

std::map<std::string, std::size_t> places_in_turn(const std::vector<Record>& records) {
  std::vector<std::pair<std::int64_t, std::string>> queue;
  for (const auto& record : records)
    if (record.state == "waiting" && record.queued_at_ms > 0)
      queue.emplace_back(record.queued_at_ms, record.identity);
  std::sort(queue.begin(), queue.end());
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < queue.size(); ++i) places[queue[i].second] = i + 1;
  return places;
}

std::string summary_text(const std::vector<Record>& records, std::int64_t now_ms,
                         const Style& style, std::size_t columns) {
  const auto all = summary_of(records, now_ms);
  auto out = counts_text("STATE", all.states, style, columns);
  if (!all.steps.empty()) out += "\n" + counts_text("STEP", all.steps, style, columns);
  if (!all.masters.empty()) out += "\n" + masters_text(all, style, columns);
  if (all.oldest.empty()) return out;
  out += fmt::format("\n{} waits longest, for {}", one_line(all.oldest), age_text(all.oldest_ms));
  if (all.in_turn > 0) out += fmt::format("; {} wait for a place in flight", all.in_turn);
  return out + "\n";
}

Value summary_json(const std::vector<Record>& records, std::int64_t now_ms) {
  const auto all = summary_of(records, now_ms);
  return {{"nodes", records.size()},
          {"states", counts_json(all.states)},
          {"steps", counts_json(all.steps)},
          {"masters", all.masters},
          {"in_turn", all.in_turn},
          {"oldest_wait",
           all.oldest.empty() ? Value() : Value{{"identity", all.oldest}, {"ms", all.oldest_ms}}}};
}

}  // namespace muster::cli::render
