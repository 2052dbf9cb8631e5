#include <fmt/format.h>
#include <unistd.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/history_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/run_stats.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/run_stats.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct HistoryOptions {
  std::string node;
  std::size_t most = 20;
  CallOptions call;
};

Result<ExitCode> show_history(const CommonOptions& common, const HistoryOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  MUSTER_ASSIGN(const auto told,
                ask_history(common,
                            {.action = "provision_history",
                             .arguments = {{"node", options.node}, {"most", options.most}}},
                            options.call.target));
  auto history = client::joined_history(told);
  if (common.json) {
    history["node"] = options.node;
    print_json(history);
    return ExitCode::ok;
  }
  if (history.at("runs").empty())
    return fail(Errc::not_found,
                fmt::format("no orchestrator remembers a run of {}", base::quoted(options.node)));
  print(render::run_history_text(history, common.verbose, render::Style::of(STDOUT_FILENO),
                                 static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return ExitCode::ok;
}

}  // namespace

void add_provision_history(Program& program, Command parent) {
  const auto options = std::make_shared<HistoryOptions>();
  Command command = add_command(
      program, parent, "history", "How the runs of one node ended; with -v each of their steps",
      [&program, options] { return show_history(program.common, *options); });
  command.option("node", options->node, "Its identity").required().type("NODE");
  command.option("--most", options->most, "How many runs, the last first")
      .type("N")
      .range(1, client::kRunsToldMax)
      .shows_default();
  add_target_option(command, options->call);
}

}  // namespace muster::cli
