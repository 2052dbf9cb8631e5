#include <unistd.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/provision_summary.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> show(const CommonOptions& common, const std::string& node) {
  MUSTER_TRY(base::check_identity(node));
  MUSTER_ASSIGN(const auto session, open_provision(common));
  MUSTER_ASSIGN(const auto record, record_of(*session.records, node));
  const auto now = session.link->clock().unix_ms();
  const auto places = render::places_in_turn(session.records->all());
  if (common.json)
    print_json(render::provision_json(record, now, places));
  else
    print(render::provision_details(record, now, render::Style::of(STDOUT_FILENO),
                                    static_cast<std::size_t>(render::columns_of(STDOUT_FILENO)),
                                    places));
  return ExitCode::ok;
}

}  // namespace

void add_provision_show(Program& program, Command parent) {
  const auto node = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "show", "Every step of one node, and why it waits or failed",
                  [&program, node] { return show(program.common, *node); });
  command.option("node", *node, "Its identity").required().type("NODE");
}

}  // namespace muster::cli
