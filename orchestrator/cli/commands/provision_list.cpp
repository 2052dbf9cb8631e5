#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/provision_summary.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct ProvisionListOptions {
  std::vector<std::string> states;  // empty: all
  bool summary = false;
};

using Records = std::vector<client::Record>;

constexpr std::array<const char*, 8> kStates{"leaving",  "gone",   "waiting", "running",
                                             "finished", "failed", "refused", "cancelled"};

Status check_states(const std::vector<std::string>& states) {
  for (const auto& state : states)
    if (std::find(kStates.begin(), kStates.end(), state) == kStates.end())
      return fail(Errc::config, fmt::format("no node's state is {}; they are {}",
                                            base::quoted(state), fmt::join(kStates, ", ")));
  return {};
}

void keep_states(Records& records, const std::vector<std::string>& states) {
  if (states.empty()) return;
  std::erase_if(records, [&](const client::Record& record) {
    return std::find(states.begin(), states.end(), render::shown_state(record)) == states.end();
  });
}

void show_table(const Records& records, std::int64_t now_ms, const render::Places& places) {
  const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
  // A pipe's reader wants the whole reason.
  const auto width = render::is_terminal(STDOUT_FILENO) ? columns : std::string::npos;
  std::string out;
  for (const auto& line :
       render::provision_table(records, now_ms, render::Style::of(STDOUT_FILENO), width, places))
    out += line + "\n";
  print(out);
}

void show_json(const Records& records, std::int64_t now_ms, const render::Places& places) {
  Value nodes = Value::array();
  for (const auto& record : records)
    nodes.push_back(render::provision_json(record, now_ms, places));
  print_json({{"nodes", std::move(nodes)}});
}

Result<ExitCode> list_records(const CommonOptions& common, const ProvisionListOptions& options) {
  MUSTER_TRY(check_states(options.states));
  MUSTER_ASSIGN(const auto session, open_provision(common));
  auto records = session.records->all();
  const auto now_ms = session.link->clock().unix_ms();
  const bool any = !records.empty();
  const auto places = render::places_in_turn(records);
  keep_states(records, options.states);
  if (common.json && options.summary)
    print_json(render::summary_json(records, now_ms));
  else if (common.json)
    show_json(records, now_ms, places);
  else if (records.empty())
    note(any ? "no node is in that state" : "no node has been provisioned yet");
  else if (options.summary)
    print(render::summary_text(records, now_ms, render::Style::of(STDOUT_FILENO),
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  else
    show_table(records, now_ms, places);
  return ExitCode::ok;
}

}  // namespace

void add_provision_list(Program& program, Command parent) {
  const auto options = std::make_shared<ProvisionListOptions>();
  Command command =
      add_command(program, parent, "list", "Every node: state, step, master, time",
                  [&program, options] { return list_records(program.common, *options); });
  command
      .option("--state", options->states,
              "Only nodes that are waiting, running, finished, failed, refused, cancelled, leaving "
              "or gone")
      .type("STATE")
      .one_word_each();
  command.flag("--summary", options->summary,
               "How many by state, step and master, and who waits longest");
}

}  // namespace muster::cli
