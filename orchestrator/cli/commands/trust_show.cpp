#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/trust.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> show_ca(const CommonOptions& common, const std::string& fingerprint) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->wait_trust());
  const auto endorsement = link->endorsements().find(fingerprint);
  if (!endorsement)
    return fail(Errc::not_found,
                fmt::format("no CA with the fingerprint {} was ever endorsed here", fingerprint));
  auto json = ca_json(endorsement->certificate, endorsement);
  json["withdrawn"] = endorsement->withdrawn;
  json["offered_by"] = endorsement->offered_by;
  if (common.json) {
    print_json(json);
    return ExitCode::ok;
  }
  print(ca_text(endorsement->certificate, endorsement));
  print(fmt::format(
      "   {} {} by {}, offered by {}\n   {}\n", endorsement->withdrawn ? "withdrawn" : "endorsed",
      base::iso8601(endorsement->at_ms), render::one_line(endorsement->endorsed_by),
      render::one_line(endorsement->offered_by),
      endorsement->withdrawn
          ? "its nodes are not believed"
          : "the endorsement lasts until " + base::iso8601(endorsement->ends_at_ms).substr(0, 10)));
  return ExitCode::ok;
}

}  // namespace

void add_trust_show(Program& program, Command parent) {
  const auto fingerprint = std::make_shared<std::string>();
  Command command =
      add_command(program, parent, "show", "One Puppet CA, also one that was withdrawn",
                  [&program, fingerprint] { return show_ca(program.common, *fingerprint); });
  command.option("fingerprint", *fingerprint, "Of its certificate").required().type("FINGERPRINT");
}

}  // namespace muster::cli
