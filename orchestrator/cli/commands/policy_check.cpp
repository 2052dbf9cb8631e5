#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/checked_files.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/policy_files.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

using render::Ink;

struct PolicyCheckOptions {
  std::vector<std::string> files;
  std::filesystem::path groups;
};

std::string text_of(const CheckedPolicy& checked, const render::Style& style) {
  if (checked.problems.empty()) {
    std::string out = fmt::format("{}: {} ({})\n", render::one_line(checked.file),
                                  style(Ink::green, "ok"), checked.summary);
    for (const auto& text : checked.notes)
      out += fmt::format("{}\n", style(Ink::yellow, render::printable(text)));
    return out;
  }
  std::string out;
  for (const auto& text : checked.problems) out += style(Ink::red, render::printable(text)) + "\n";
  return out;
}

Value json_of(const CheckedPolicy& checked) {
  Value out{{"file", checked.file},
            {"ok", checked.problems.empty()},
            {"problems", checked.problems},
            {"notes", checked.notes}};
  if (!checked.summary.empty()) out["summary"] = checked.summary;
  return out;
}

Result<ExitCode> check(const CommonOptions& common, const PolicyCheckOptions& options) {
  std::vector<std::string> ignored;
  MUSTER_ASSIGN(const auto files, policy_files(std::vector<std::filesystem::path>(
                                                   options.files.begin(), options.files.end()),
                                               ignored));
  for (const auto& file : ignored)
    note(render::one_line(fmt::format("{} is no policy: one is called AGENT.policy", file)));
  if (files.empty()) return fail(Errc::not_found, "no policies there");
  const auto style = render::Style::of(STDOUT_FILENO);
  CheckedFiles all;
  for (const auto& file : files) {
    const auto checked = check_policy(file, options.groups);
    all.add(checked.problems.empty(), text_of(checked, style), json_of(checked));
  }
  return all.tell(common.json);
}

}  // namespace

void add_policy_check(Program& program, Command parent) {
  const auto options = std::make_shared<PolicyCheckOptions>();
  Command command =
      add_command(program, parent, "check", "Read policies and groups as strictly as a node",
                  [&program, options] { return check(program.common, *options); });
  exit_statuses(program, command, ExitCode::error,
                "  0  every file is good\n"
                "  1  one is not, or wrong usage");
  command.option("files", options->files, "Policies, files called groups, or folders of them")
      .required()
      .type("FILE …");
  command.option("--groups", options->groups, "Groups; else the file of that name beside a policy")
      .type("FILE");
}

}  // namespace muster::cli
