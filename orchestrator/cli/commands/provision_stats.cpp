#include <unistd.h>

#include <cmath>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/history_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/run_stats.hpp"
#include "orchestrator/client/run_stats.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

constexpr double kSinceDefaultS = 86'400;
constexpr double kSinceMostS = 3'650 * 86'400.0;

struct StatsOptions {
  double since_s = kSinceDefaultS;
  CallOptions call;
};

Result<ExitCode> show_stats(const CommonOptions& common, const StatsOptions& options) {
  const auto since_s = std::llround(options.since_s);
  MUSTER_ASSIGN(
      const auto told,
      ask_history(common, {.action = "provision_stats", .arguments = {{"since_s", since_s}}},
                  options.call.target));
  const auto stats = client::joined_stats(told);
  const auto since =
      base::iso8601(base::SystemClock().unix_ms() - since_s * std::int64_t{base::kMsPerSecond});
  if (common.json)
    print_json(render::run_stats_json(stats, since));
  else
    print(render::run_stats_text(stats, since, render::Style::of(STDOUT_FILENO),
                                 static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return ExitCode::ok;
}

}  // namespace

void add_provision_stats(Program& program, Command parent) {
  const auto options = std::make_shared<StatsOptions>();
  Command command =
      add_command(program, parent, "stats", "How long steps take, and why nodes fail",
                  [&program, options] { return show_stats(program.common, *options); });
  command.option("--since", options->since_s, "Of runs that ended so long ago at most: 12h, 30d")
      .time(1, kSinceMostS, /*whole=*/true);
  add_target_option(command, options->call);
}

}  // namespace muster::cli
