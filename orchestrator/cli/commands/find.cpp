#include <fmt/format.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/call_json.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/printable.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> find(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto filter, options.filter());
  MUSTER_ASSIGN(auto search, options.search(filter, ""));
  search.by_name = false;
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  MUSTER_ASSIGN(const auto caller, client::Caller::start(*link));
  MUSTER_ASSIGN(const auto found, discover(*link, *caller, search));
  if (common.verbose) note_banned(*link);
  const bool silent = !found.undecided.empty();
  if (common.json) {
    print_json({{"nodes", found.identities},
                {"discovery", name_of(found.method)},
                {"online", found.online},
                {"undecided", found.undecided},
                {"note", found.note},
                {"discover_time_ms", render::as_ms(found.took)}});
    if (silent) return ExitCode::silent;
    return found.identities.empty() ? ExitCode::error : ExitCode::ok;
  }
  if (found.identities.empty()) return fail(nothing_discovered(found, search));
  note_findings(found);
  std::string lines;
  for (const auto& identity : found.identities) lines += base::one_line(identity) + "\n";
  print(lines);
  note_undecided(found);
  return silent ? ExitCode::silent : ExitCode::ok;
}

}  // namespace

void add_find(Program& program) {
  const auto options = std::make_shared<CallOptions>();
  Command command =
      add_command(program, program.root(), "find", "Names of the nodes that match, one a line",
                  [&program, options] { return find(program.common, *options); });
  add_call_options(command, *options);
}

}  // namespace muster::cli
