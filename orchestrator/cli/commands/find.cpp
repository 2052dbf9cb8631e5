#include <fmt/format.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/conversation.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/call_json.hpp"
#include "proto/base/printable.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> find(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(auto aim, options.aim(""));
  auto& search = aim.search;
  search.by_name = false;
  Conversation talk(common, options.target);
  MUSTER_TRY(talk.open());
  MUSTER_ASSIGN(const auto found, discover(talk.link(), talk.caller(), search));
  if (common.verbose) note_banned(talk.link());
  const bool silent = !found.undecided.empty();
  const bool snapshot = found.method == Method::snapshot;
  if (common.json) {
    print_json({{"nodes", found.identities},
                {"discovery", name_of(found.method)},
                {"online", found.online},
                {"orchestrator", snapshot ? Value(found.orchestrator) : Value()},
                {"oldest_ms", snapshot ? Value(found.oldest.count()) : Value()},
                {"unregistered", snapshot ? Value(found.unregistered) : Value()},
                {"undecided", found.undecided},
                {"note", found.note},
                {"discover_time_ms", render::as_ms(found.took)}});
    if (silent) return ExitCode::silent;
    return found.identities.empty() ? ExitCode::error : ExitCode::ok;
  }
  if (found.identities.empty()) return fail(nothing_discovered(found, search));
  note_findings(found, common.verbose);
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
