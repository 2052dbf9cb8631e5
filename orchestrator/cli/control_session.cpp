#include "orchestrator/cli/control_session.hpp"

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {

Result<ExitCode> ask_and_show(const CommonOptions& common, const client::ControlRequest& request,
                              const std::function<std::string(const client::ControlAnswer&)>& done,
                              const std::string& target) {
  MUSTER_ASSIGN(const auto description, ddl::built_in("orchestrator"));
  MUSTER_TRY(ddl::check_inputs(description, request.action, request.arguments));
  MUSTER_ASSIGN(const auto link, connect(common, target));
  MUSTER_ASSIGN(const auto answer, client::ask_orchestrators(*link, request));
  const bool ok = answer.outcome == client::Outcome::ok;
  if (!ok) note(render::one_line(answer.orchestrator + ": " + answer.message));
  if (common.json)
    print_json({{"action", request.action},
                {"orchestrator", answer.orchestrator},
                {"outcome", name_of(answer.outcome)},
                {"message", answer.message},
                {"data", answer.data}});
  else if (ok)
    print(done(answer));
  return ok ? ExitCode::ok : ExitCode::failed;
}

}  // namespace muster::cli
