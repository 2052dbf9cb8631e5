#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> forget(const CommonOptions& common, const std::string& node) {
  MUSTER_ASSIGN(const auto session, open_provision(common));
  MUSTER_ASSIGN(const auto record, record_of(*session.records, node));
  if (record.state == "running")
    return fail(Errc::refused, node + " is being provisioned just now; wait until it has ended");
  MUSTER_TRY(client::forget_record(*session.link, node));
  MUSTER_TRY(session.link->bus().flush(kRecordsPatience));
  if (common.json)
    print_json({{"node", node}, {"forgotten", true}});
  else
    print("The record of " + node + " is gone\n");
  return ExitCode::ok;
}

}  // namespace

void add_provision_forget(Program& program, Command parent) {
  const auto node = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "forget", "Remove the record of a node that is no more",
                  [&program, node] { return forget(program.common, *node); });
  command.option("node", *node, "Its identity").required().type("NODE");
}

}  // namespace muster::cli
