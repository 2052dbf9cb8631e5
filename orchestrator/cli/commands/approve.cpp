// muster approve: what waits for one's approval, and one's signature under it.
#include <fmt/format.h>
#include <unistd.h>

#include "orchestrator/cli/approval/approval_session.hpp"
#include "orchestrator/cli/approval/approval_wait.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/approvals.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/approval/signature.hpp"
#include "proto/base/encoding.hpp"

namespace muster::cli {
namespace {

struct ApproveOptions {
  std::string id;
  std::string deny;
  std::string because;
  bool yes = false;
  bool show = false;
  bool wait = false;
};

Result<ExitCode> list_approvals(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_ASSIGN(const auto list, list_everywhere(*link));
  if (common.json)
    print_json(list);
  else
    print(render::approvals_text(list, link->clock().unix_ms(), render::Style::of(STDOUT_FILENO),
                                 static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return ExitCode::ok;
}

Result<ExitCode> sign_it(const CommonOptions& common, client::Link& link,
                         const approval::Statement& statement, const std::string& text) {
  MUSTER_ASSIGN(const auto sealed, approval::sign(statement, text, link.signer()));
  MUSTER_ASSIGN(
      const auto answer,
      client::ask_orchestrators(
          link, {.action = "approval_sign",
                 .arguments = {{"id", statement.id}, {"approval", base::to_base64url(sealed)}}}));
  if (answer.outcome != client::Outcome::ok)
    return fail(Errc::refused, fmt::format("{}: {}", answer.orchestrator, answer.message));
  if (common.json)
    print_json(
        {{"approval", statement.id}, {"approved_by", answer.data.value("approved_by", Value())}});
  else
    print(render::approved_text(statement, answer.data));
  return ExitCode::ok;
}

Result<ExitCode> approve_one(const CommonOptions& common, const ApproveOptions& options) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_ASSIGN(const auto shown, show_everywhere(*link, options.id));
  const auto text = shown.value("statement", "");
  MUSTER_ASSIGN(const auto statement, approval::parse(text));
  if (statement.id != options.id)
    return fail(Errc::refused,
                fmt::format("an orchestrator shows {} for {}", statement.id, options.id));
  const bool own = statement.caller == link->caller();
  if (common.json && (options.show || own)) print_json(shown);
  if (!common.json)
    print(render::approval_text(statement, shown, link->clock().unix_ms(),
                                render::Style::of(STDOUT_FILENO)));
  if (own && !options.show)
    note("this is your own request: others approve it, by 'muster approve " + statement.id + "'");
  if (options.show || own) return ExitCode::ok;
  if (const auto why = approval::why_not_now(statement, link->clock().unix_ms()); !why.empty())
    return fail(Errc::refused, fmt::format("the approval {} {}", statement.id, why));
  if (!options.yes && (common.json || ::isatty(STDIN_FILENO) == 0))
    return fail(Errc::config, "nobody can be asked here whether to approve it: say --yes");
  if (!options.yes && !agreed("\nApprove this, once on each node? [y/N] "))
    return fail(Errc::aborted, "not approved");
  return sign_it(common, *link, statement, text);
}

Result<ExitCode> wait_for_it(const CommonOptions& common, const std::string& id) {
  MUSTER_ASSIGN(const auto link, connect(common));
  return wait_for_approval(common, *link, id);
}

Result<ExitCode> deny(const CommonOptions& common, const ApproveOptions& options) {
  Value inputs{{"id", options.deny}};
  if (!options.because.empty()) inputs["reason"] = options.because;
  return ask_and_show(common, {.action = "approval_deny", .arguments = std::move(inputs)},
                      [&](const client::ControlAnswer&) {
                        return "Nobody gets the approval " + options.deny + " any more\n";
                      });
}

Result<ExitCode> approve(const CommonOptions& common, const ApproveOptions& options) {
  if (options.deny.empty() && !options.because.empty())
    return fail(Errc::config, "--reason says why something is denied: --deny ID");
  if (!options.deny.empty() && !options.id.empty())
    return fail(Errc::config, "an approval is given or denied; say one of them");
  if (options.wait && (options.id.empty() || options.show || options.yes))
    return fail(Errc::config, "--wait is for one that you asked for: muster approve ID --wait");
  if (!options.deny.empty()) return deny(common, options);
  if (options.wait) return wait_for_it(common, options.id);
  return options.id.empty() ? list_approvals(common) : approve_one(common, options);
}

}  // namespace

void add_approve(Program& program) {
  const auto options = std::make_shared<ApproveOptions>();
  Command command = add_command(program, program.root(), "approve",
                                "Approve another operator's request: muster approve ID",
                                [&program, options] { return approve(program.common, *options); });
  calls_no_node(program, command);
  command.option("id", options->id, "Of the approval; without, what waits for yours").type("[ID]");
  command.flag("--show", options->show, "Show it only");
  command.flag("--yes", options->yes, "Approve it without being asked");
  command.flag("--wait", options->wait, "Wait until it is given or denied, and say so");
  command.option("--deny", options->deny, "Deny this one; take it back, if you asked for it")
      .type("ID");
  command.option("--reason", options->because, "Why it is denied, for who asked").type("TEXT");
}

}  // namespace muster::cli
