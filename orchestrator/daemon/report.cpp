#include "orchestrator/daemon/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "orchestrator/client/record_age.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/printable.hpp"

namespace muster::daemon {
namespace {

std::string step_line(const client::Step& step) {
  const auto tries = step.tries > 1 ? fmt::format(", {} tries", step.tries) : "";
  const auto message = step.message.empty() ? "" : "  " + base::one_line(step.message);
  return fmt::format("  {:<20} {:<8} {:>10}{}{}\n", step.name, step.state,
                     duration_text(step.took_ms), tries, message);
}

// Of what a node printed: no line of it begins as ours do.
std::string indented(std::string_view text) {
  std::istringstream lines{base::printable(text)};
  std::string out;
  for (std::string line; std::getline(lines, line);) out += "  " + line + "\n";
  return out;
}

plugins::Notification waiting_report(const client::Record& record) {
  const auto known = [](const std::string& text) { return text.empty() ? "unknown" : text; };
  plugins::Notification out;
  out.id = fmt::format("{}.waits-{}", record.identity, record.claim->key_fingerprint);
  out.subject = fmt::format("{}: another machine asks for this name", record.identity);
  out.text = fmt::format(
      "A machine that is not {0} so far asks for its name and waits.\n"
      "Its address: {1}\nIts key: {2}\nAddress of the machine that has the name: {3}\n"
      "Reason: {4}\n\nLook:    muster provision show {0}\nApprove: muster provision approve {0} "
      "--key {2:.16}\n",
      record.identity, base::one_line(known(record.claim->address)), record.claim->key_fingerprint,
      base::one_line(known(record.address)), base::one_line(record.reason));
  out.data = {{"identity", record.identity},
              {"state", "waiting"},
              {"address", record.claim->address},
              {"holder_address", record.address},
              {"reason", record.reason}};
  return out;
}

// Of a step that waits for the approval of a group. Since when it waits is another time whenever it asks anew: too late, of
// another group, or with another master. The outbox takes one of an id.
plugins::Notification approval_report(const client::Record& record) {
  const auto wait = std::find_if(record.waits.begin(), record.waits.end(),
                                 [&](const auto& each) { return each.step == record.step; });
  const auto group = wait == record.waits.end() ? std::string() : wait->group;
  const auto until = wait == record.waits.end() ? 0 : wait->until_ms;
  const auto since = wait == record.waits.end() ? 0 : wait->since_ms;
  plugins::Notification out;
  out.id = fmt::format("{}.{}.asks-{}", record.run_id, record.step, since);
  out.subject = fmt::format("{} waits for the approval of one of {}", record.identity, group);
  out.text = fmt::format(
      "{0} waits in step {1} of workflow {2} for the approval of one of {3}, until {4}.\n"
      "Master: {5}\n\nLook:    muster provision show {0}\n"
      "Approve: muster provision approve {0} --step {1}\n",
      record.identity, record.step, record.workflow, group, base::iso8601(until),
      record.master.empty() ? "none" : record.master);
  out.data = {
      {"identity", record.identity}, {"state", "waiting"}, {"step", record.step}, {"group", group}};
  return out;
}

// Of a node that was decommissioned, or was to be.
plugins::Notification departure_report(const client::Record& record) {
  const bool gone = record.state == client::kGone;
  plugins::Notification out;
  out.id = gone ? record.run_id + ".gone"
                : fmt::format("{}.stays-{}.{}", record.run_id, record.retries, record.attempts);
  out.subject = gone ? fmt::format("{} is decommissioned", record.identity)
                     : fmt::format("{} could not be decommissioned", record.identity);
  out.text = gone ? fmt::format("{} is gone: nobody listens to it any more.\n", record.identity)
                  : fmt::format(
                        "{0} stays half-way in step {1}.\nReason: {2}\n\nLook:  muster provision "
                        "show {0}\nAgain: muster provision decommission {0}\n",
                        record.identity, record.step, base::one_line(record.reason));
  out.text += fmt::format("Workflow: {}\nOrchestrator: {}\n\nSteps\n", record.workflow,
                          record.orchestrator);
  for (const auto& step : record.steps)
    if (step.name != record.step || !gone) out.text += step_line(step);
  out.data = {{"identity", record.identity}, {"state", record.state}, {"reason", record.reason}};
  return out;
}

std::string run_of(const client::Record& record) {
  // Of a node that cannot say which run it is in there is none: else all those would be one.
  return record.run_id.empty() ? record.identity : record.run_id;
}

plugins::Notification late_report(const client::Record& record) {
  const auto since_ms = client::no_step_since_ms(record);
  const bool can_be_cancelled = record.state != client::kLeaving;
  plugins::Notification out;
  out.id = fmt::format("{}.late-{}", run_of(record), since_ms);
  out.subject = fmt::format("{} makes no progress", record.identity);
  out.text = fmt::format(
      "{} is {}, and has finished no further step since {}.\n"
      "Step: {}\nReason: {}\nMaster: {}\nOrchestrator: {}, last heard {}\n\n"
      "Nothing was given up: it goes on when it can. People are told of this once.\n\n"
      "Look:   muster provision show {}\n",
      record.identity, record.state, base::iso8601(since_ms),
      record.step.empty() ? "none" : record.step,
      record.reason.empty() ? "none" : base::one_line(record.reason),
      record.master.empty() ? "none" : record.master, record.orchestrator,
      base::iso8601(record.updated_at_ms), record.identity);
  if (can_be_cancelled)
    out.text += fmt::format("Cancel: muster provision cancel {}\n", record.identity);
  out.data = {{"identity", record.identity}, {"state", "late"},         {"master", record.master},
              {"attempts", record.attempts}, {"reason", record.reason}, {"since_ms", since_ms}};
  return out;
}

// Attempts are counted anew once an operator had it go on: a failure after that is another one.
std::string failure_of(const client::Record& record) {
  return record.retries == 0 ? fmt::format("failed-{}", record.attempts)
                             : fmt::format("failed-{}.{}", record.retries, record.attempts);
}

}  // namespace

std::string duration_text(std::int64_t ms) {
  if (ms < 1'000) return fmt::format("{} ms", ms);
  // Cut off, not rounded: the command line says it so too.
  if (ms < 60'000) return fmt::format("{}.{} s", ms / 1'000, ms % 1'000 / 100);
  return fmt::format("{} min {:02} s", ms / 60'000, ms % 60'000 / 1'000);
}

plugins::Notification report(const client::Record& record) {
  if (record.claim) return waiting_report(record);
  if (record.state == client::kAsks) return approval_report(record);
  if (record.told_late) return late_report(record);
  if (record.state == client::kGone || record.state == client::kLeaving)
    return departure_report(record);
  const bool failed = record.state == "failed";
  const auto took = record.updated_at_ms - record.started_at_ms;
  plugins::Notification out;
  out.id = fmt::format("{}.{}", run_of(record), failed ? failure_of(record) : "provisioned");
  out.subject = failed ? fmt::format("{} could not be provisioned", record.identity)
                       : fmt::format("{} is in production", record.identity);
  out.text = failed ? fmt::format("{} could not be provisioned after {} attempts.\nReason: {}\n",
                                  record.identity, record.attempts, base::one_line(record.reason))
                    : fmt::format("{} went from its first boot into production in {}.\n",
                                  record.identity, duration_text(took));
  out.text += fmt::format("Master: {}\nWorkflow: {}\nOrchestrator: {}\nBegun: {}\n\nSteps\n",
                          record.master.empty() ? "none" : record.master, record.workflow,
                          record.orchestrator, base::iso8601(record.started_at_ms));
  for (const auto& step : record.steps)
    if (step.name != record.step || failed) out.text += step_line(step);
  if (record.fence > 0 && !record.run_id.empty())
    out.lease = {record.identity, record.run_id, record.fence, failed ? "failed" : "provisioned"};
  if (failed && !record.last_output.empty())
    out.text += "\nLast output\n" + indented(record.last_output);
  if (failed)
    out.text += fmt::format("\nLook:  muster provision show {}\nRetry: muster provision retry {}\n",
                            record.identity, record.identity);
  out.data = {{"identity", record.identity}, {"state", failed ? "failed" : "provisioned"},
              {"master", record.master},     {"attempts", record.attempts},
              {"reason", record.reason},     {"took_ms", took}};
  return out;
}

}  // namespace muster::daemon
