// muster trust publish: a revocation list that was made where there was no way to the bus.
#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/hand_over.hpp"
#include "proto/base/files.hpp"
#include "proto/security/revocation_folder.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> publish_list(const CommonOptions& common, const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto pem, base::read_file(file, security::kListFileMaxBytes));
  MUSTER_ASSIGN(const auto list, x509::RevocationList::from_pem(pem, file.string()));
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(client::hand_over(*link, list));
  if (common.json)
    print_json({{"issuer", list.issuer_common_name()},
                {"number", list.number()},
                {"certificates", list.entries().size()}});
  else
    print(fmt::format("List {} of {} counts from now on, with {} certificates\n", list.number(),
                      render::one_line(list.issuer_common_name()), list.entries().size()));
  return ExitCode::ok;
}

}  // namespace

void add_trust_publish(Program& program, Command parent) {
  const auto file = std::make_shared<std::filesystem::path>();
  Command command =
      add_command(program, parent, "publish", "Hand a root's revocation list to the orchestrators",
                  [&program, file] { return publish_list(program.common, *file); });
  command.option("file", *file, "root.crl or orchestrator-root.crl, as 'revoke' wrote it")
      .required()
      .type("FILE");
}

}  // namespace muster::cli
