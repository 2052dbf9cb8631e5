#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> renew_ca(const CommonOptions& common, const std::string& fingerprint) {
  return ask_and_show(
      common, {.action = "trust_renew", .arguments = {{"fingerprint", fingerprint}}},
      [&](const client::ControlAnswer& answer) {
        return fmt::format("Nodes of {} are trusted until {}\n",
                           render::one_line(answer.data.value("subject", fingerprint)),
                           render::one_line(answer.data.value("endorsed_until", std::string())));
      });
}

}  // namespace

void add_trust_renew(Program& program, Command parent) {
  const auto fingerprint = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "renew", "Have an orchestrator endorse a Puppet CA anew",
                  [&program, fingerprint] { return renew_ca(program.common, *fingerprint); });
  command.option("fingerprint", *fingerprint, "Of its certificate, as 'muster trust list' shows it")
      .required()
      .type("FINGERPRINT");
}

}  // namespace muster::cli
