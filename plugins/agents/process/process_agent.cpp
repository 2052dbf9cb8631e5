#include "plugins/agents/process/process_agent.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>

#include "plugins/agents/process/process_table.hpp"
#include "plugins/agents/process/signals.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::process {
namespace {

constexpr std::int64_t kRegexMaxBytes = 1024 * 1024;  // of memory

std::string text_or_empty(const Value& inputs, const char* name) {
  const auto found = inputs.find(name);
  return found != inputs.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<std::unique_ptr<RE2>> pattern_of(const Value& inputs) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kRegexMaxBytes);
  auto pattern = std::make_unique<RE2>(text_or_empty(inputs, "pattern"), options);
  if (pattern->ok()) return pattern;
  return fail(Errc::invalid_data, fmt::format("the pattern {} is no regular expression: {}",
                                              base::quoted(pattern->pattern()), pattern->error()));
}

// Command lines may hold secrets, and searching them tells as much as showing them.
enum class Shown { names, command_lines };

Result<std::vector<Process>> matching(const Value& inputs, Shown searched) {
  MUSTER_ASSIGN(const auto pattern, pattern_of(inputs));
  const auto user = text_or_empty(inputs, "user");
  const auto zombies = inputs.value("just_zombies", false);
  return processes([&](const Process& process) {
    return (!zombies || process.state == 'Z') && (user.empty() || process.user == user) &&
           RE2::PartialMatch(searched == Shown::names ? process.name : process.command, *pattern);
  });
}

Value described(const Process& process) {
  return {{"pid", process.pid},
          {"ppid", process.ppid},
          {"username", process.user},
          {"uid", process.uid},
          {"state", std::string(1, process.state)},
          {"name", process.name},
          {"cmdline", process.command},
          {"vsize", process.vsize_bytes},
          {"rss", process.rss_bytes},
          {"cpu_seconds", process.cpu_s},
          {"starttime", process.started_at_s}};
}

Result<Value> list(const Value& inputs) {
  const auto shown = inputs.value("command_lines", false) ? Shown::command_lines : Shown::names;
  MUSTER_ASSIGN(auto found, matching(inputs, shown));
  if (shown == Shown::names)
    for (auto& process : found) process.command = fmt::format("[{}]", process.name);
  return listed(found);
}

Result<int> signal_of(const Value& inputs) {
  const auto name = text_or_empty(inputs, "signal");
  const auto number = signal_number(name.empty() ? "TERM" : name);
  if (!number) return fail(Errc::invalid_data, fmt::format("no signal {}", base::quoted(name)));
  return *number;
}

Result<Value> kill(const Value& inputs) {
  MUSTER_ASSIGN(const auto signal, signal_of(inputs));
  const auto pid = inputs.at("pid").get<std::int64_t>();
  const auto process =
      pid > 0 && pid <= INT32_MAX ? find_process(static_cast<pid_t>(pid)) : std::nullopt;
  if (!process) return fail(Errc::not_found, fmt::format("there is no process {}", pid));
  MUSTER_TRY(send_signal(*process, signal));
  return Value{{"killed", 1}, {"pids", {process->pid}}};
}

ActionReply ok(Value data) {
  return ActionReply::ok(std::move(data));
}

// Those that were signalled are told even when others refuse.
ActionReply reply_of(const Signalled& signalled) {
  auto reply = ActionReply::ok({{"killed", signalled.pids.size()}, {"pids", signalled.pids}});
  if (signalled.failed.empty()) return reply;
  reply.status = base::status_of(Errc::refused);
  reply.message = fmt::format(
      "{} of {} processes were not signalled; the first: {}", signalled.failed.size(),
      signalled.failed.size() + signalled.pids.size(), signalled.failed.front().second.message);
  reply.data["failed"] = Value::array();
  for (const auto& [pid, why] : signalled.failed) reply.data["failed"].push_back(pid);
  return reply;
}

Result<ActionReply> kill_matching(const Value& inputs) {
  MUSTER_ASSIGN(const auto signal, signal_of(inputs));
  MUSTER_ASSIGN(auto found, matching(inputs, Shown::command_lines));
  std::erase_if(found, [](const Process& process) { return !why_spared(process).empty(); });
  if (found.size() > kKilledMax)
    return fail(Errc::limit, fmt::format("{} processes match; at most {} are signalled at once",
                                         found.size(), kKilledMax));
  return reply_of(signal_all(found, signal));
}

}  // namespace

Value listed(const std::vector<Process>& found) {
  Value rows = Value::array();
  std::size_t bytes = 0;
  for (const auto& process : found) {
    auto row = described(process);
    bytes += row.dump(-1, ' ', false, Value::error_handler_t::replace).size();
    if (rows.size() == kListedMax || bytes > kListedMaxBytes) break;
    rows.push_back(std::move(row));
  }
  const auto left_out = found.size() - rows.size();
  return {{"pslist", std::move(rows)}, {"count", found.size()}, {"left_out", left_out}};
}

ActionReply ProcessAgent::handle(const ActionRequest& request) {
  auto reply = [&]() -> Result<ActionReply> {
    if (request.action == "pkill") return kill_matching(request.data);
    if (request.action == "list") return list(request.data).map(ok);
    if (request.action == "kill") return kill(request.data).map(ok);
    return fail(Errc::unknown_action, fmt::format("process has no action '{}'", request.action));
  }();
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

}  // namespace muster::plugins::process
