#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/notifications.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

struct RetryOptions {
  std::string id;
  bool all = false;
  CallOptions call;
};

bool has_it(const std::vector<client::ControlAnswer>& heard) {
  return heard.back().outcome == client::Outcome::ok;
}

// One orchestrator has it, or several: who has none refuses, which counts when nobody has any.
Result<ExitCode> retry_notifications(const CommonOptions& common, const RetryOptions& options) {
  if (options.all != options.id.empty())
    return fail(Errc::config, "say which: an ID as 'muster notifications list' shows it, or --all");
  client::ControlRequest request{.action = "notifications_retry", .listen = kEachAnswers};
  if (!options.all) {
    request.arguments["id"] = options.id;
    request.enough = has_it;
  }
  MUSTER_ASSIGN(const auto description, ddl::built_in("orchestrator"));
  MUSTER_ASSIGN(auto checked, ddl::check_inputs(description, request.action, request.arguments));
  MUSTER_TRY(check_approval_options(common.approval));
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto asked, approve_first(common, *link, request, std::move(checked)));
  if (asked) return *asked;
  MUSTER_ASSIGN(const auto answers, client::ask_all_orchestrators(*link, request));
  const auto tried = render::tried_of(answers);
  if (common.json) print_json(tried.document);
  if (!tried.text.empty()) {
    if (!common.json) print(tried.text);
    return ExitCode::ok;
  }
  for (const auto& answer : answers) {
    note(render::one_line(answer.orchestrator + ": " + answer.message));
    note_needed_approval(answer);
  }
  return ExitCode::failed;
}

}  // namespace

void add_notifications_retry(Program& program, Command parent) {
  const auto options = std::make_shared<RetryOptions>();
  Command command =
      add_command(program, parent, "retry", "Try to send notifications again, at once",
                  [&program, options] { return retry_notifications(program.common, *options); });
  command.option("id", options->id, "Of one, as 'muster notifications list' shows it").type("ID");
  command.flag("--all", options->all, "All that could not be sent, and all that wait");
  add_target_option(command, options->call);
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
