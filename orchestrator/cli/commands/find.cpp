#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/discovery.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/call_json.hpp"
#include "orchestrator/cli/session.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> find(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto filter, options.filter());
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  MUSTER_ASSIGN(const auto found,
                discover(*link, *caller, filter, "", false, options.discovery_timeout()));
  if (common.json) {
    print_json({{"nodes", found.identities},
                {"discovery", name_of(found.method)},
                {"online", found.online},
                {"discover_time_ms", render::as_ms(found.took)}});
    return found.identities.empty() ? ExitCode::error : ExitCode::ok;
  }
  if (found.identities.empty()) return fail(nothing_discovered(found, filter, ""));
  std::string lines;
  for (const auto& identity : found.identities) lines += identity + "\n";
  print(lines);
  return ExitCode::ok;
}

}  // namespace

void add_find(Program& program) {
  const auto options = std::make_shared<CallOptions>();
  Command command =
      add_command(program, program.root(), "find", "Names of the nodes that match, one a line",
                  [&program, options] { return find(program.common, *options); });
  add_filter_options(command, *options);
  add_timeout_options(command, *options);
}

}  // namespace muster::cli
