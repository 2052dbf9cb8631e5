#include "orchestrator/daemon/report.hpp"

#include <fmt/format.h>

#include <sstream>

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
  const bool failed = record.state == "failed";
  const auto took = record.updated_at_ms - record.started_at_ms;
  plugins::Notification out;
  // Of a node that cannot say which run it is in there is none: else all those would be one.
  const auto& of = record.run_id.empty() ? record.identity : record.run_id;
  out.id = fmt::format("{}.{}", of, failed ? failure_of(record) : "provisioned");
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
