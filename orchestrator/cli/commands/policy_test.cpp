#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_files.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/policy_question.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli {
namespace {

struct PolicyTestOptions {
  PolicyQuestion question;
  std::filesystem::path facts;
  std::filesystem::path classes;
};

std::string text_of(const policy::Decision& decision, const render::Style& style) {
  const auto verdict =
      decision.allowed ? style(render::Ink::green, "allowed") : style(render::Ink::red, "denied");
  std::string out = fmt::format("{}: {}\n", verdict, render::printable(decision.decided_by));
  if (!decision.line.empty()) {
    std::string line;
    for (const char c : decision.line) line += c == '\t' ? std::string("  ") : std::string(1, c);
    out += fmt::format("\n   {}\n", render::one_line(line));
  }
  return out;
}

Result<ExitCode> test_policy(const CommonOptions& common, const PolicyTestOptions& options) {
  PolicyQuestion question = options.question;
  question.facts = Value::object();
  if (!options.facts.empty()) {
    MUSTER_ASSIGN(question.facts, read_value_file(options.facts));
  }
  if (!options.classes.empty()) {
    MUSTER_ASSIGN(question.classes, read_classes_file(options.classes));
  }
  MUSTER_ASSIGN(const auto decision, ask_policy(question));
  if (decision.malformed) return fail(Errc::config, "denied: " + decision.decided_by);
  if (common.json)
    print_json({{"allowed", decision.allowed},
                {"decided_by", decision.decided_by},
                {"line", decision.line}});
  else
    print(text_of(decision, render::Style::of(STDOUT_FILENO)));
  return decision.allowed ? ExitCode::ok : ExitCode::error;
}

void add_request_options(Command command, PolicyQuestion& question) {
  command.option("--time", question.time, "When, in UTC: 2026-11-28T22:00Z; else now").type("TIME");
  command.flag("--lease", question.lease, "The orchestrator holds the node's lease");
  command.flag("--filtered", question.filtered, "The request has a filter");
  command.option("--targets", question.targets, "So many nodes are named in it").type("N");
  command.flag("--yes", question.confirmed, "It was sent with --yes");
  command.option("--approved-by", question.approved_by, "Who approved it: cert=bob")
      .type("CALLER")
      .one_word_each();
  command.option("inputs", question.arguments, "The action's arguments").type("[key=value …]");
}

void add_question_options(Command command, PolicyQuestion& question) {
  command.option("--caller", question.caller, "Who asks: cert=alice").required().type("CALLER");
  command.option("--role", question.role, "The role in that certificate: operator or orchestrator")
      .type("ROLE")
      .shows_default();
  command.option("--agent", question.agent, "The agent").required().type("AGENT");
  command.option("--action", question.action, "Its action").required().type("ACTION");
  command.option("--policies", question.policies, "A node's policies, or one of them")
      .type("DIR|FILE")
      .shows_default();
  command
      .option("--groups", question.groups, "Groups; else the file of that name with the policies")
      .type("FILE");
}

}  // namespace

void add_policy_test(Program& program, Command parent) {
  const auto options = std::make_shared<PolicyTestOptions>();
  Command command =
      add_command(program, parent, "test", "Ask policies what a node would decide",
                  [&program, options] { return test_policy(program.common, *options); });
  exit_statuses(program, command, ExitCode::failed,
                "  0  allowed\n"
                "  1  denied\n"
                "  2  the policy is malformed, a file cannot be read, or wrong usage");
  add_question_options(command, options->question);
  add_request_options(command, options->question);
  command.option("--facts", options->facts, "The node's facts, YAML or JSON").type("FILE");
  command.option("--classes", options->classes, "The node's classes, one a line").type("FILE");
}

}  // namespace muster::cli
