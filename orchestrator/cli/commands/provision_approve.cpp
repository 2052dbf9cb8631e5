#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/node_outcomes.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/step_approval.hpp"
#include "orchestrator/cli/waiting_names.hpp"

namespace muster::cli {
namespace {

constexpr const char* kAction = "provision_approve";

struct ApproveOptions {
  WaitingNames who;
  CallOptions call;
  std::string step;  // that waits; empty: a name is meant, or the only step that does
};

client::ControlRequest request_of(const client::Record& record) {
  return {.action = kAction,
          .arguments = {{"node", record.identity}, {"key", record.claim->key_fingerprint}}};
}

Result<ExitCode> approve_one(const CommonOptions& common, const client::Record& record) {
  return ask_and_show(common, request_of(record), [&](const client::ControlAnswer&) {
    return fmt::format("The machine at {} may have the name {}\nIts key is {}\n",
                       render::one_line(record.claim->address), record.identity,
                       record.claim->key_fingerprint);
  });
}

// One request each: who came in the place of one of them holds up none of the others.
Result<ExitCode> approve_each(const CommonOptions& common, client::Link& link,
                              const std::vector<client::Record>& records) {
  std::vector<client::NodeOutcome> outcomes;
  for (const auto& record : records) {
    const auto answer = client::ask_orchestrators(link, request_of(record));
    if (answer)
      outcomes.push_back({record.identity, answer->outcome, answer->message, answer->orchestrator});
    else
      outcomes.push_back({record.identity, client::Outcome::failed, answer.error().message, ""});
  }
  if (common.json)
    print_json(render::node_outcomes_json(kAction, outcomes));
  else
    print(render::node_outcomes_text(outcomes, render::Style::of(STDOUT_FILENO),
                                     static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  const bool all_done = std::all_of(outcomes.begin(), outcomes.end(), [](const auto& one) {
    return one.outcome == client::Outcome::ok;
  });
  return all_done ? ExitCode::ok : ExitCode::failed;
}

Result<ExitCode> approve_names(const CommonOptions& common, client::Link& link,
                               const ApproveOptions& options) {
  MUSTER_ASSIGN(const auto records, who_wait(link, options.who, options.call));
  const bool by_others = common.approval.asks() || !common.approval.id.empty();
  if (records.size() > 1 && by_others)
    return fail(Errc::config,
                "an approval by others is of one machine: name one with --ask-approval or "
                "--approval");
  MUSTER_TRY(check_seen(common, options.who, records));
  if (records.size() == 1) return approve_one(common, records.front());
  return approve_each(common, link, records);
}

// A machine that waits for a name goes before a step that waits, unless the step is named.
Result<std::optional<client::Record>> whose_step(client::Link& link,
                                                 const ApproveOptions& options) {
  if (options.who.names.size() != 1) return std::optional<client::Record>();
  MUSTER_ASSIGN(const auto records, client::Records::watch(link));
  MUSTER_TRY(records->wait_complete(kRecordsPatience));
  auto record = records->find(options.who.names.front());
  const bool of_step =
      record && (!options.step.empty() || (!record->claim && waits_in_a_step(*record)));
  return of_step ? std::move(record) : std::nullopt;
}

Status check(const ApproveOptions& options) {
  MUSTER_TRY(check_waiting_names(options.who, options.call));
  if (options.step.empty()) return {};
  if (options.who.names.size() != 1)
    return fail(Errc::config, "--step is of one node's run: name that node");
  if (!options.who.keys.empty())
    return fail(Errc::config, "--key is of a machine that waits for a name; a step has none");
  return {};
}

Result<ExitCode> approve_what_waits(const CommonOptions& common, const ApproveOptions& options) {
  MUSTER_TRY(check(options));
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto of_step, whose_step(*link, options));
  if (of_step) return approve_step(common, *of_step, options.step);
  return approve_names(common, *link, options);
}

}  // namespace

void add_provision_approve(Program& program, Command parent) {
  const auto options = std::make_shared<ApproveOptions>();
  Command command =
      add_command(program, parent, "approve",
                  "Let machines have the taken names that they wait for, or a run go on that waits",
                  [&program, options] { return approve_what_waits(program.common, *options); });
  command.option("nodes", options->who.names, "The names").type("NODE");
  command.flag("--all-waiting", options->who.all_waiting, "Every machine that waits for a name")
      .group("Which nodes");
  add_filter_options(command, options->call);
  command
      .option("--key", options->who.keys,
              "The key that you were shown, or its beginning: refused when another machine waits "
              "by now. One for each name, in the same order. Needed without a terminal")
      .one_word_each()
      .type("FINGERPRINT");
  command
      .option("--step", options->step,
              "The step of its workflow that waits for an approval. Needed without a terminal")
      .type("STEP");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
