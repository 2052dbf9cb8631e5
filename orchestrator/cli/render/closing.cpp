// How a call ended: who did not answer, was not asked, or could not be believed.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

using client::NodeResult;
using client::Outcome;

std::size_t answered(const client::CallResult& result) {
  return result.results.size() - result.silent().size();
}

std::string named(const std::string& title, const std::vector<std::string>& names,
                  const Style& style, std::size_t columns) {
  if (names.empty()) return "";
  return "\n" + style(Ink::red, title) + "\n\n" + in_columns(names, columns);
}

std::string row(std::string_view title, const std::string& value) {
  return fmt::format("{:>16}: {}\n", title, value);
}

std::string milliseconds(std::chrono::microseconds time) {
  return fmt::format("{:.2f} ms", as_ms(time));
}

}  // namespace

std::string silent_text(const client::CallResult& result, const Style& style, std::size_t columns) {
  std::vector<std::string> names;
  std::string banned;
  for (const auto& node : result.results) {
    if (node.outcome != Outcome::silent) continue;
    if (node.message.empty())
      names.push_back(node.identity);
    else  // it is known why nobody hears it
      banned += "   " + one_line(node.message) + "\n";
  }
  std::string out;
  if (!names.empty())
    out = style(Ink::red, "No response from:") + "\n\n" + in_columns(names, columns);
  if (!banned.empty())
    out += (out.empty() ? "" : "\n") + style(Ink::red, "Not listened to:") + "\n\n" + banned;
  return out;
}

std::string missing_text(const CallFrame& frame, const client::CallResult& result,
                         const Style& style, std::size_t columns) {
  std::string out;
  if (const auto silent = silent_text(result, style, columns); !silent.empty())
    out += "\n" + silent;
  out += named("Left alone, for the filter does not match any more:", result.not_matched(), style,
               columns);
  out += named("Did not say whether the filter matches:", frame.undecided, style, columns);
  out += named(fmt::format("Not asked, because {}:", one_line(frame.stopped)), frame.not_asked,
               style, columns);
  out += named("Unexpected response from:", result.unexpected, style, columns);
  if (!result.send_error.empty())
    out += fmt::format("\nNot everybody was sent the request: {}\n", one_line(result.send_error));
  if (result.unverified > 0)
    out += fmt::format("\n{} replies did not verify; the last: {}\n", result.unverified,
                       one_line(result.last_unverified));
  return out;
}

std::string closing_text(const CallFrame& frame, const client::CallResult& result,
                         const Style& style, std::size_t columns) {
  const bool whole = result.complete() && result.not_matched().empty() && frame.undecided.empty() &&
                     frame.not_asked.empty();
  const std::string ratio = fmt::format("{} / {}", answered(result), frame.discovered);
  return fmt::format("Finished processing {} hosts in {:.2f} ms\n",
                     style(whole ? Ink::green : Ink::red, ratio), as_ms(result.took)) +
         missing_text(frame, result, style, columns);
}

std::string report_text(const CallFrame& frame, const client::CallResult& result,
                        const Style& style, std::size_t columns) {
  const auto responses = answered(result);
  const auto ok = static_cast<std::size_t>(
      std::count_if(result.results.begin(), result.results.end(),
                    [](const NodeResult& node) { return node.outcome == Outcome::ok; }));
  std::string out =
      style(Ink::bold, fmt::format("---- {}#{} call stats ----", frame.agent, frame.action)) + "\n";
  out += row("Nodes", fmt::format("{} / {}", frame.discovered, responses));
  out += row("Pass / Fail", fmt::format("{} / {}", ok, responses - ok));
  out += row("Start Time", base::iso8601(frame.started_at_ms));
  out += row("Discovery", frame.discovery);
  out += row("Discovery Time", milliseconds(frame.discovery_took));
  out += row("Agent Time", milliseconds(result.took));
  out += row("Total Time", milliseconds(frame.discovery_took + result.took));
  out += row("Request", result.request_id);
  return out + missing_text(frame, result, style, columns);
}

}  // namespace muster::cli::render
