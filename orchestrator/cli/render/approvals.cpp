#include "orchestrator/cli/render/approvals.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kNodesShown = 20;  // by name; the others are counted

std::string left_of(std::int64_t until_ms, std::int64_t now_ms) {
  return now_ms >= until_ms ? "ended" : duration(std::chrono::milliseconds(until_ms - now_ms));
}

std::string names_of(const Value& shown) {
  std::string out;
  for (const auto& one : shown.value("approved_by", Value::array()))
    if (one.is_string()) out += (out.empty() ? "" : ", ") + one_line(one.get<std::string>());
  return out;
}

std::string so_far(const Value& one) {
  if (const auto who = one.value("denied_by", ""); !who.empty()) return "denied by " + who;
  return fmt::format("{} of {} {}", one.value("approved_by", Value::array()).size(),
                     one.value("number", std::int64_t{1}), one.value("group", ""));
}

std::string lines_of_part(const Value& list, const char* name, std::int64_t now_ms,
                          const Style& style, std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& one : list.value(name, Value::array())) {
    const auto nodes = one.value("nodes", std::size_t{0});
    rows.push_back({{one.value("id", "")},
                    {one.value("caller", "")},
                    {one.value("agent", "") + "#" + one.value("action", "")},
                    {nodes == 0 ? "filter" : std::to_string(nodes)},
                    {so_far(one)},
                    {left_of(one.value("until_ms", std::int64_t{0}), now_ms)},
                    {one.value("reason", "")}});
  }
  if (rows.empty()) return "";
  return table_text({"id", "caller", "action", "nodes", "approved", "good for", "reason"}, rows,
                    style, columns);
}

std::string field(std::string_view title, const std::string& value) {
  return fmt::format("{:>12}  {}\n", title, one_line(value));
}

std::string arguments_lines(const Value& arguments) {
  std::string out;
  for (const auto& [name, value] : arguments.items())
    out +=
        field(out.empty() ? "arguments" : "", fmt::format("{} = {}", name, base::json_text(value)));
  return out.empty() ? field("arguments", "none") : out;
}

std::string nodes_lines(const approval::Statement& statement) {
  if (statement.targets.empty() && statement.filter.empty())
    return field("nodes", fmt::format("ALL that run {}", statement.agent));
  std::string out;
  const auto add = [&](const char* option, const std::vector<std::string>& words) {
    for (const auto& word : words)
      out += field(out.empty() ? "nodes" : "", fmt::format("{} {}", option, word));
  };
  add("-F", statement.filter.facts);
  add("-C", statement.filter.classes);
  add("-A", statement.filter.agents);
  add("-I", statement.filter.identities);
  add("-S", statement.filter.compounds);
  for (std::size_t i = 0; i < statement.targets.size() && i < kNodesShown; ++i)
    out += field(out.empty() ? "nodes" : "", statement.targets[i]);
  if (statement.targets.size() > kNodesShown)
    out += field(
        "", fmt::format("and {} more; --json has all", statement.targets.size() - kNodesShown));
  return out;
}

}  // namespace

std::string asked_text(const approval::Statement& statement, const std::string& group,
                       std::int64_t number) {
  return fmt::format(
      "Asked for approval of {} of {}, good until {}: {}\n\n"
      "   they    muster approve {}\n"
      "   you     muster approve {} --wait, which ends when it is given or denied;\n"
      "           then the same command and --approval {}, in place of --ask-approval\n"
      "   or      muster approve --deny {}, which takes it back\n",
      number, group, base::iso8601(statement.until_ms), statement.id, statement.id, statement.id,
      statement.id, statement.id);
}

std::string decided_text(const std::string& id, const Value& shown) {
  const auto denied = shown.value("denied_by", "");
  if (denied.empty())
    return fmt::format("Approved by {}: the same command and --approval {}\n", names_of(shown), id);
  const auto why = shown.value("denied_why", "");
  return fmt::format("Denied by {}{}\n", one_line(denied), why.empty() ? "" : ": " + one_line(why));
}

std::string approvals_text(const Value& list, std::int64_t now_ms, const Style& style,
                           std::size_t columns) {
  const auto waiting = lines_of_part(list, "waiting", now_ms, style, columns);
  const auto own = lines_of_part(list, "own", now_ms, style, columns);
  std::string out = waiting.empty() ? "Nothing waits for your approval\n"
                                    : "Waiting for your approval: muster approve ID\n\n" + waiting;
  if (!own.empty()) out += "\nAsked for by you\n\n" + own;
  return out;
}

std::string approval_text(const approval::Statement& statement, const Value& shown,
                          std::int64_t now_ms, const Style& style) {
  auto out = style(Ink::bold, "Approval " + statement.id) + "\n\n";
  out += field("caller", statement.caller);
  out += field("action", statement.agent + "#" + statement.action);
  out += arguments_lines(statement.arguments);
  out += nodes_lines(statement);
  out += field("collective", statement.collective);
  const auto reason = shown.value("reason", "");
  out += field("reason", reason.empty() ? "none given" : reason);
  out += field("until", fmt::format("{} ({} left)", base::iso8601(statement.until_ms),
                                    left_of(statement.until_ms, now_ms)));
  const auto names = names_of(shown);
  out += field("approved", so_far(shown) + (names.empty() ? "" : ": " + names));
  if (const auto why = shown.value("denied_why", ""); !why.empty()) out += field("because", why);
  return out;
}

std::string approved_text(const approval::Statement& statement, const Value& answer) {
  const auto number = answer.value("number", std::int64_t{1});
  const auto have = static_cast<std::int64_t>(answer.value("approved_by", Value::array()).size());
  const auto caller = one_line(statement.caller);
  const auto what = have < number ? fmt::format("{} may not do this yet: {} more must approve",
                                                caller, number - have)
                                  : fmt::format("{} may do this until the approval ends", caller);
  return fmt::format("Approved: {}; {} of {} have approved\n", what, have, number);
}

}  // namespace muster::cli::render
