#include "orchestrator/cli/render/provision_summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/record_age.hpp"

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
  std::size_t in_turn_at_masters = 0;
  std::string oldest;  // who waits longest; empty: nobody waits
  std::int64_t oldest_ms = 0;
};

void add(Counts& counts, const std::string& name, std::int64_t age_ms) {
  auto& count = counts[name];
  ++count.nodes;
  count.oldest_ms = std::max(count.oldest_ms, age_ms);
}

Summary summary_of(const std::vector<Record>& records, std::int64_t now_ms) {
  Summary all;
  for (const auto& record : records) {
    const auto state = shown_state(record);
    const auto age_ms = client::age_ms(record, now_ms);
    add(all.states, state, age_ms);
    if (state == "running") add(all.steps, record.step, age_ms);
    if (!record.master.empty()) ++all.masters[record.master][state];
    if (state != "waiting") continue;
    if (record.queued_at_ms > 0)
      ++all.in_turn;
    else if (record.master_queued_at_ms > 0)
      ++all.in_turn_at_masters;
    if (!all.oldest.empty() && age_ms <= all.oldest_ms) continue;
    all.oldest = record.identity;
    all.oldest_ms = age_ms;
  }
  return all;
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
  const bool asked_for = record.claim && !record.approval && record.state != "running";
  return asked_for ? "waiting" : record.state;
}

std::map<std::string, std::size_t> places_in_turn(const std::vector<Record>& records) {
  using Queue = std::vector<std::pair<std::int64_t, std::string>>;
  Queue in_flight;
  Queue at_masters;
  for (const auto& record : records) {
    if (record.state != "waiting") continue;
    if (record.queued_at_ms > 0)
      in_flight.emplace_back(record.queued_at_ms, record.identity);
    else if (record.master_queued_at_ms > 0)
      at_masters.emplace_back(record.master_queued_at_ms, record.identity);
  }
  std::map<std::string, std::size_t> places;
  for (auto* queue : {&in_flight, &at_masters}) {
    std::sort(queue->begin(), queue->end());
    for (std::size_t i = 0; i < queue->size(); ++i) places[(*queue)[i].second] = i + 1;
  }
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
  if (all.in_turn_at_masters > 0)
    out += fmt::format("; {} wait for a place at a master", all.in_turn_at_masters);
  return out + "\n";
}

Value summary_json(const std::vector<Record>& records, std::int64_t now_ms) {
  const auto all = summary_of(records, now_ms);
  return {{"nodes", records.size()},
          {"states", counts_json(all.states)},
          {"steps", counts_json(all.steps)},
          {"masters", all.masters},
          {"in_turn", all.in_turn},
          {"in_turn_at_masters", all.in_turn_at_masters},
          {"oldest_wait",
           all.oldest.empty() ? Value() : Value{{"identity", all.oldest}, {"ms", all.oldest_ms}}}};
}

}  // namespace muster::cli::render
