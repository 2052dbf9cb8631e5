#include "orchestrator/cli/control_session.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/approval/approval_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {

namespace {

// As the orchestrators will see it.
approval::Statement statement_of_request(client::Link& link, const client::ControlRequest& request,
                                         Value checked) {
  client::Call call;
  call.agent = "orchestrator";
  call.action = request.action;
  call.arguments = std::move(checked);
  if (!request.orchestrator.empty()) call.targets = {request.orchestrator};
  call.confirmed = request.confirmed;
  return statement_of(link, call);
}

}  // namespace

void note_needed_approval(const client::ControlAnswer& answer) {
  if (!answer.data.is_object() || !answer.data.contains("needs_approval")) return;
  note(fmt::format("to ask for approval: the same command and --ask-approval {} [--reason TEXT]",
                   base::quoted(answer.data.value("needs_approval", std::string()))));
}

Result<std::optional<ExitCode>> approve_first(const CommonOptions& common, client::Link& link,
                                              client::ControlRequest& request, Value checked) {
  const auto& approval = common.approval;
  if (!approval.asks() && approval.id.empty()) return std::nullopt;
  auto statement = statement_of_request(link, request, std::move(checked));
  if (approval.asks()) {
    MUSTER_ASSIGN(const auto asked, ask_for_approval(common, link, std::move(statement)));
    return asked;
  }
  MUSTER_ASSIGN(request.approved, approved_for(link, approval.id, statement));
  return std::nullopt;
}

Result<ExitCode> ask_and_show(const CommonOptions& common, client::ControlRequest request,
                              const std::function<std::string(const client::ControlAnswer&)>& done,
                              const std::string& target) {
  MUSTER_ASSIGN(const auto description, ddl::built_in("orchestrator"));
  MUSTER_ASSIGN(auto checked, ddl::check_inputs(description, request.action, request.arguments));
  MUSTER_TRY(check_approval_options(common.approval));
  MUSTER_ASSIGN(const auto link, connect(common, target));
  MUSTER_ASSIGN(const auto asked, approve_first(common, *link, request, std::move(checked)));
  if (asked) return *asked;
  MUSTER_ASSIGN(const auto answer, client::ask_orchestrators(*link, request));
  const bool ok = answer.outcome == client::Outcome::ok;
  if (!ok) note(render::one_line(answer.orchestrator + ": " + answer.message));
  if (!ok) note_needed_approval(answer);
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
