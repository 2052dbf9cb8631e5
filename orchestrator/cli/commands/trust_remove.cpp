#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> remove_ca(const CommonOptions& common, const std::string& fingerprint) {
  return ask_and_show(
      common, {.action = "trust_remove", .arguments = {{"fingerprint", fingerprint}}},
      [&](const client::ControlAnswer& answer) {
        return fmt::format("Nodes of {} are not trusted any more\n",
                           render::one_line(answer.data.value("subject", fingerprint)));
      });
}

}  // namespace

void add_trust_remove(Program& program, Command parent) {
  const auto fingerprint = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "remove", "Trust a Puppet CA no more, on the whole bus",
                  [&program, fingerprint] { return remove_ca(program.common, *fingerprint); });
  command.option("fingerprint", *fingerprint, "Of its certificate, as 'muster trust list' shows it")
      .required()
      .type("FINGERPRINT");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
