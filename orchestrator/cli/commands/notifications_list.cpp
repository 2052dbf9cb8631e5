#include <unistd.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/notifications.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/control.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t kNotificationsMost = 200;

struct ListOptions {
  std::size_t most = 50;
  CallOptions call;
};

Result<ExitCode> list_notifications(const CommonOptions& common, const ListOptions& options) {
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto answers,
                client::ask_all_orchestrators(*link, {.action = "notifications_list",
                                                      .arguments = {{"most", options.most}},
                                                      .listen = kEachAnswers}));
  const auto unsent = render::unsent_of(answers);
  for (const auto& refusal : unsent.refusals) note(render::one_line(refusal));
  if (unsent.told.empty()) return fail(Errc::refused, unsent.refusals.front());
  if (common.json)
    print_json(unsent.document);
  else
    print(render::unsent_text(unsent, common.verbose, render::Style::of(STDOUT_FILENO),
                              static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return ExitCode::ok;
}

}  // namespace

void add_notifications_list(Program& program, Command parent) {
  const auto options = std::make_shared<ListOptions>();
  Command command = add_command(
      program, parent, "list",
      "Notifications that wait to be sent or could not be, and why; with -v their subjects",
      [&program, options] { return list_notifications(program.common, *options); });
  command.option("--most", options->most, "How many of each orchestrator, the newest first")
      .type("N")
      .range(1, kNotificationsMost)
      .shows_default();
  add_target_option(command, options->call);
}

}  // namespace muster::cli
