// muster trust publish: a revocation list that was made where there was no way to the bus.
#include <fmt/format.h>

#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/hand_over.hpp"

namespace muster::cli {
namespace {

Value list_json(const x509::RevocationList& list) {
  return {{"issuer", list.issuer_common_name()},
          {"number", list.number()},
          {"certificates", list.entries().size()}};
}

// One of each root in force: two while one is rotated.
Result<ExitCode> publish_lists(const CommonOptions& common, const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto lists, authority::read_lists(file));
  if (lists.empty()) return fail(Errc::not_found, fmt::format("there is no {}", file.string()));
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->wait_trust());
  Value all = Value::array();
  for (const auto& list : lists) {
    MUSTER_TRY(client::hand_over(*link, list));
    all.push_back(list_json(list));
    if (!common.json)
      print(fmt::format("List {} of {} counts from now on, with {} certificates\n", list.number(),
                        render::one_line(list.issuer_common_name()), list.entries().size()));
  }
  if (common.json) print_json({{"lists", all}});
  return ExitCode::ok;
}

}  // namespace

void add_trust_publish(Program& program, Command parent) {
  const auto file = std::make_shared<std::filesystem::path>();
  Command command =
      add_command(program, parent, "publish", "Hand a root's revocation list to the orchestrators",
                  [&program, file] { return publish_lists(program.common, *file); });
  command.option("file", *file, "root.crl or orchestrator-root.crl, as 'revoke' wrote it")
      .required()
      .type("FILE");
}

}  // namespace muster::cli
