#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/provision_summary.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/record_age.hpp"

namespace muster::cli::render {
namespace {

using client::Record;
using client::Step;

constexpr std::size_t kKeyDigitsShown = 16;  // of a fingerprint: too many to be found by trying

Ink ink_of_state(const std::string& state) {
  if (state == "finished" || state == "done") return Ink::green;
  if (state == "failed" || state == "refused") return Ink::red;
  if (state == "running") return Ink::bold;
  return state == "skipped" ? Ink::dim : Ink::yellow;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : one_line(text);
}

// Whole seconds, rounded up: a wait that ticks needs no fractions.
std::string in_seconds(const Record& record, std::int64_t now_ms) {
  const auto seconds = (record.retry_at_ms - now_ms + 999) / 1000;
  return seconds < 60 ? fmt::format("in {} s", seconds)
                      : "in " + duration(std::chrono::seconds(seconds));
}

std::string retry_text(const Record& record, std::int64_t now_ms) {
  if (record.retry_at_ms <= now_ms || record.state != "waiting") return "";
  return "again " + in_seconds(record, now_ms);
}

// Of one that waits for a place in flight, or at a master.
std::string turn_text(const Record& record, const Places& places) {
  const bool in_flight = record.queued_at_ms > 0;
  if (record.state != "waiting" || (!in_flight && record.master_queued_at_ms == 0)) return "";
  const std::string waits =
      in_flight ? "waits for a place in flight" : "waits for a place at a master";
  const auto place = places.find(record.identity);
  return place == places.end() ? waits : fmt::format("{}, number {} in turn", waits, place->second);
}

std::string reason_of(const Record& record, std::int64_t now_ms, const Places& places) {
  if (auto turn = turn_text(record, places); !turn.empty()) return turn;
  const std::string retry = retry_text(record, now_ms);
  const std::string reason = one_line(record.reason);
  if (record.state == "running" && record.claim && !record.approval)
    return fmt::format(
        "another machine, at {}, waits for the name",
        record.claim->address.empty() ? "an unknown address" : one_line(record.claim->address));
  // Of the attempt before this one.
  if (record.state == "running" && !reason.empty()) return "last time: " + reason;
  if (retry.empty()) return reason;
  return reason.empty() ? retry : retry + ": " + reason;
}

// A running clock ticks in whole seconds; a finished one keeps its precision.
std::string elapsed_text(const Record& record, std::int64_t now_ms) {
  const auto ms = elapsed_ms(record, now_ms);
  if ((record.state == "running" || record.state == "waiting") && ms < 60'000)
    return fmt::format("{} s", ms / 1000);
  return duration(std::chrono::milliseconds(ms));
}

Row row_of(const Record& record, std::int64_t now_ms, const Places& places) {
  const auto state = shown_state(record);
  return {{one_line(record.identity)},
          {one_line(state), ink_of_state(state)},
          {or_dash(record.step)},
          {or_dash(record.master)},
          {std::to_string(record.attempts)},
          {elapsed_text(record, now_ms)},
          {age_text(client::age_ms(record, now_ms))},
          {reason_of(record, now_ms, places)}};
}

Row step_row(const Step& step, std::int64_t now_ms) {
  const auto took = step.state == "running" ? now_ms - step.started_at_ms : step.took_ms;
  return {{one_line(step.name)},
          {one_line(step.state), ink_of_state(step.state)},
          {step.state == "skipped" ? "-" : duration(std::chrono::milliseconds(took))},
          {std::to_string(step.tries)},
          {one_line(step.message)}};
}

// What happens by itself, and what a person has to do.
std::string next_of(const Record& record, std::int64_t now_ms) {
  if (record.claim && !record.approval)
    return fmt::format(
        "another machine waits for the name: 'muster provision approve {} --key {}', or give it "
        "another name",
        one_line(record.identity),
        one_line(record.claim->key_fingerprint).substr(0, kKeyDigitsShown));
  const auto retry = "muster provision retry " + one_line(record.identity);
  if (record.state == client::kLeaving && record.retry_at_ms == 0 && !record.reason.empty())
    return "goes on with 'muster provision decommission " + one_line(record.identity) + "'";
  if (record.state == "waiting" && record.queued_at_ms > 0)
    return "begins by itself when a place is free";
  if (record.state == "waiting")
    return record.retry_at_ms > now_ms
               ? fmt::format("tried again by itself at {} UTC, {}; at once with '{}'",
                             time_of_day(record.retry_at_ms), in_seconds(record, now_ms), retry)
               : fmt::format(
                     "tried again by itself, now; if nothing happens, no orchestrator runs");
  if (record.state == "failed")
    return fmt::format("nothing by itself. Mend what the reason names, then '{}'", retry);
  if (record.state == client::kCancelled)
    return fmt::format("nothing by itself; '{}' goes on with it", retry);
  if (record.state == "refused")
    return fmt::format(
        "waits for a good token: 'muster token create --identity {}', put it at "
        "/etc/muster/join.token on the machine, restart its muster-agent",
        one_line(record.identity));
  return "";
}

// Somebody works on it; or died, and the lease has to lapse before another goes on.
std::string heard_of(const Record& record, std::int64_t now_ms) {
  if (record.state == "finished" || record.updated_at_ms <= 0) return "";
  const auto ago = std::max<std::int64_t>(0, now_ms - record.updated_at_ms) / 1000;
  return fmt::format("{} UTC, {} ago", time_of_day(record.updated_at_ms),
                     ago < 60 ? fmt::format("{} s", ago) : duration(std::chrono::seconds(ago)));
}

// How long it has been where it is, while it is on its way.
std::string last_step_of(const Record& record, std::int64_t now_ms) {
  if (record.state != "running" && record.state != "waiting") return "";
  const auto since_ms = client::no_step_since_ms(record);
  if (since_ms <= 0) return "";
  return fmt::format("{} UTC, {} ago{}", time_of_day(since_ms),
                     age_text(std::max<std::int64_t>(1, now_ms - since_ms)),
                     record.told_late ? "; people were told that it is late" : "");
}

}  // namespace

std::string age_text(std::int64_t ms) {
  if (ms == 0) return "-";
  return ms < 60'000 ? fmt::format("{} s", ms / 1000) : duration(std::chrono::milliseconds(ms));
}

std::vector<std::string> provision_table(const std::vector<Record>& records, std::int64_t now_ms,
                                         const Style& style, std::size_t columns,
                                         const Places& places) {
  std::vector<Row> rows;
  rows.reserve(records.size());
  for (const auto& record : records) rows.push_back(row_of(record, now_ms, places));
  return table({"NODE", "STATE", "STEP", "MASTER", "ATTEMPTS", "ELAPSED", "AGE", "REASON"}, rows,
               style, columns);
}

std::string provision_details(const Record& record, std::int64_t now_ms, const Style& style,
                              std::size_t columns, const Places& places) {
  std::string out = style(Ink::bold, one_line(record.identity)) + "\n\n";
  out += field("State", style(ink_of_state(record.state), one_line(record.state)));
  out += field("Step", one_line(record.step));
  out += field("Master", one_line(record.master));
  out += field("Workflow", one_line(record.workflow));
  out += field("Orchestrator", one_line(record.orchestrator));
  out += field("Attempts", std::to_string(record.attempts));
  out += field("Elapsed", duration(std::chrono::milliseconds(elapsed_ms(record, now_ms))));
  out += field(record.state == "running" ? "Last time" : "Reason", one_line(record.reason));
  out += field("Address", one_line(record.address));
  if (record.claim) {
    out += field("Asked by", one_line(record.claim->address));
    out += field("with key", one_line(record.claim->key_fingerprint));
  }
  if (record.approval) out += field("Approved by", one_line(record.approval->by));
  out += field("In turn", turn_text(record, places));
  out += field("Next", next_of(record, now_ms));
  out += field("Last step", last_step_of(record, now_ms));
  out += field("Last heard", heard_of(record, now_ms));
  std::vector<Row> rows;
  for (const auto& step : record.steps) rows.push_back(step_row(step, now_ms));
  out += "\n";
  out += table_text({"STEP", "STATE", "TOOK", "TRIES", "MESSAGE"}, rows, style,
                    std::max<std::size_t>(columns, kColumnsWithoutTerminal));
  if (!record.last_output.empty())
    out += "\n" + style(Ink::bold, "Last output:") + "\n" +
           indent(printable(record.last_output), 3) + "\n";
  return out;
}

std::string provision_line(const Record& record) {
  std::string line = fmt::format("{} {} {}", time_of_day(record.updated_at_ms),
                                 one_line(record.identity), one_line(record.state));
  if (!record.step.empty() && record.state != "finished") line += " " + one_line(record.step);
  if (!record.master.empty()) line += ", master " + one_line(record.master);
  line += ", " + duration(std::chrono::milliseconds(elapsed_ms(record, record.updated_at_ms)));
  if (!record.reason.empty() && record.state != "finished") line += ": " + one_line(record.reason);
  return line + "\n";
}

}  // namespace muster::cli::render
