#include <unistd.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/provision.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> list_records(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto session, open_provision(common));
  const auto records = session.records->all();
  const auto now = session.link->clock().unix_ms();
  if (common.json) {
    Value nodes = Value::array();
    for (const auto& record : records) nodes.push_back(render::provision_json(record, now));
    print_json({{"nodes", std::move(nodes)}});
    return ExitCode::ok;
  }
  if (records.empty()) {
    note("no node has been provisioned yet");
    return ExitCode::ok;
  }
  const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
  // A pipe's reader wants the whole reason.
  const auto width = render::is_terminal(STDOUT_FILENO) ? columns : std::string::npos;
  std::string out;
  for (const auto& line :
       render::provision_table(records, now, render::Style::of(STDOUT_FILENO), width))
    out += line + "\n";
  print(out);
  return ExitCode::ok;
}

}  // namespace

void add_provision_list(Program& program, Command parent) {
  add_command(program, parent, "list", "Every node: state, step, master, time",
              [&program] { return list_records(program.common); });
}

}  // namespace muster::cli
