#include "orchestrator/cli/render/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kIndent = 3;

std::string text_of(const Value& map, const char* name) {
  const auto value = member(map, name);
  return value.is_string() ? value.get<std::string>() : "";
}

Ink ink_of(const std::string& state, const Value& exit_code) {
  if (state == "running") return Ink::green;
  return state == "finished" && exit_code == 0 ? Ink::plain : Ink::red;
}

Row row_of(const std::string& node, const std::string& handle, const Value& job) {
  const auto state = one_line(text_of(job, "status"));
  const auto code = member(job, "exitcode");
  const auto started = member(job, "started_at_ms");
  return {{one_line(node)},
          {one_line(handle)},
          {state, ink_of(state, code)},
          {code.is_number() ? base::json_text(code) : ""},
          {started.is_number_integer() ? time_of_day(started.get<std::int64_t>()) : ""},
          {one_line(text_of(job, "command"))}};
}

// Behind each other, as the command's own terminal would have shown them at the end.
std::string block(const std::string& text, const Style& style, Ink ink) {
  if (text.empty()) return "";
  auto lines = printable(text);
  while (lines.ends_with('\n')) lines.pop_back();
  return style(ink, indent(lines, kIndent)) + "\n";
}

}  // namespace

std::string jobs_text(const client::CallResult& result, const Style& style, std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& node : result.results) {
    const auto jobs = member(node.data, "jobs");
    if (node.outcome != client::Outcome::ok || !jobs.is_object()) continue;
    for (const auto& [handle, job] : jobs.items())
      rows.push_back(row_of(node.identity, handle, job));
  }
  // Who was refused or failed has said nothing about jobs.
  const bool told = result.results.empty() ||
                    std::any_of(result.results.begin(), result.results.end(), [](const auto& node) {
                      return node.outcome == client::Outcome::ok;
                    });
  if (rows.empty()) return told ? "No jobs.\n" : "";
  return table_text({"NODE", "HANDLE", "STATE", "EXIT", "STARTED", "COMMAND"}, rows, style,
                    columns);
}

std::string run_text(const client::NodeResult& node, const Style& style) {
  const bool ran = node.data.is_object() && node.data.contains("exitcode");
  auto text = style(Ink::bold, one_line(node.identity));
  if (node.outcome != client::Outcome::ok)
    text += "   " + style(status_ink(node), ran ? one_line(node.message) : status_text(node));
  text += "\n";
  if (!ran && node.outcome != client::Outcome::ok)
    text += indent(printable(node.message), kIndent) + "\n";
  text += block(text_of(node.data, "stdout"), style, Ink::plain);
  text += block(text_of(node.data, "stderr"), style, Ink::yellow);
  if (const auto left = member(node.data, "left_out_bytes"); left.is_number() && left > 0)
    text += fmt::format("   [{} bytes of output left out]\n", base::json_text(left));
  return text + "\n";
}

}  // namespace muster::cli::render
