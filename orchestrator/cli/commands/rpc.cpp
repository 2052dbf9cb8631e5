#include <fmt/format.h>

#include <utility>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/ddl_fetch.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

struct RpcOptions {
  CallOptions call;
  BatchOptions batch;
  OutputOptions output;
  std::string agent;
  std::string action;
  std::vector<std::string> inputs;
  // As MCollective's users may say it:
  std::string agent_named;
  std::string action_named;
  std::vector<std::string> inputs_named;
  std::string reply_to;
  bool no_results = false;
};

Result<ExitCode> send_only(Conversation& talk, const RpcOptions& options, const ddl::Agent& agent,
                           const Value& arguments) {
  MUSTER_ASSIGN(auto ready, ready_call(options.call, agent, options.action, arguments));
  auto& [call, aim] = ready;
  call.reply_session = options.reply_to;
  call.action_limit = {};  // nobody here waits, so that --timeout ends nothing on the nodes
  MUSTER_ASSIGN(const auto found, talk.discover(aim.search));
  note_undecided(found);
  address(call, found, *aim.filter);
  MUSTER_ASSIGN(const auto id, talk.caller().send(call));
  talk.leave();
  if (talk.common().json)
    print_json({{"requestid", id},
                {"nodes", found.identities},
                {"undecided", found.undecided},
                {"reply_to", options.reply_to}});
  else
    print(fmt::format("Request sent to {} nodes with id: {}{}\n", found.identities.size(), id,
                      options.reply_to.empty() ? "" : " replies to " + options.reply_to));
  return found.undecided.empty() ? ExitCode::ok : ExitCode::silent;
}

Status check_sending(const RpcOptions& options) {
  if (options.reply_to.empty()) return {};
  MUSTER_TRY(base::check_word("session", options.reply_to));
  if (options.no_results)
    return fail(Errc::config, "--no-results wants no replies, --reply-to wants them; say one");
  return {};
}

// Sent and forgotten: no reply comes here that these could be about.
Status nothing_to_show(const OutputOptions& output) {
  const char* option = output.first_given();
  if (option == nullptr || std::string_view(option) == "--quiet") return {};
  return fail(Errc::config, fmt::format("{} shows replies, and none come here: 'muster replies' "
                                        "shows those of --reply-to",
                                        option));
}

// The words in the order in which they are meant, with those that options gave.
Status place_words(RpcOptions& options) {
  std::vector<std::string> words;
  for (auto* word : {&options.agent, &options.action})
    if (!word->empty()) words.push_back(std::exchange(*word, {}));
  words.insert(words.end(), options.inputs.begin(), options.inputs.end());
  auto next = words.begin();
  const auto place = [&](const std::string& named, std::string& into) {
    if (!named.empty())
      into = named;
    else if (next != words.end())
      into = *next++;
  };
  place(options.agent_named, options.agent);
  place(options.action_named, options.action);
  if (options.agent.empty() || options.action.empty())
    return fail(Errc::config, fmt::format("{} is required: muster rpc AGENT ACTION [KEY=VALUE …]",
                                          options.agent.empty() ? "agent" : "action"));
  options.inputs.assign(next, words.end());
  options.inputs.insert(options.inputs.end(), options.inputs_named.begin(),
                        options.inputs_named.end());
  return {};
}

Result<ExitCode> rpc(const CommonOptions& common, RpcOptions options) {
  MUSTER_TRY(place_words(options));
  MUSTER_TRY(check_sending(options));
  Conversation talk(common, options.call.target);
  MUSTER_ASSIGN(const auto agent, find_agent(talk, options.agent));
  MUSTER_ASSIGN(const auto arguments,
                ddl::inputs_from_words(agent, options.action, options.inputs));
  if (options.no_results || !options.reply_to.empty()) {
    if (const char* name = options.batch.first_given())
      return fail(Errc::config,
                  fmt::format("{} waits for replies, and nobody waits for those", name));
    MUSTER_TRY(nothing_to_show(options.output));
    if (common.approval.asks() || !common.approval.id.empty())
      return fail(Errc::config,
                  "a request that needs approval waits for its replies: leave "
                  "--no-results and --reply-to out");
    return send_only(talk, options, agent, arguments);
  }
  return run_action(talk, {options.call, options.batch, options.output}, agent, options.action,
                    arguments);
}

}  // namespace

void add_rpc(Program& program) {
  const auto options = std::make_shared<RpcOptions>();
  Command command =
      add_command(program, program.root(), "rpc", "Call an action: muster rpc puppet status",
                  [&program, options] { return rpc(program.common, *options); });
  command.option("agent", options->agent, "Agent on the nodes").type("AGENT");
  command.option("action", options->action, "Its action").type("ACTION");
  command.option("inputs", options->inputs, "Inputs of the action").type("KEY=VALUE");
  const auto as_mcollective = [&](const char* names, auto& into, const char* help) {
    return command.option(names, into, help).group("As MCollective");
  };
  as_mcollective("-a,--agent", options->agent_named, "The agent, instead of the first word")
      .type("AGENT");
  as_mcollective("--action", options->action_named, "The action, likewise").type("ACTION");
  as_mcollective("--arg", options->inputs_named, "An input; repeatable")
      .type("KEY=VALUE")
      .one_word_each();
  add_call_options(command, options->call);
  add_batch_options(command, options->batch);
  add_approval_options(command, program.common.approval);
  command
      .option("--reply-to", options->reply_to,
              "Send only; replies go to this session, which 'muster replies' shows")
      .type("SESSION")
      .group("Request");
  command.flag("--no-results,--nr", options->no_results, "Send only: nobody replies")
      .group("Request");
  add_output_options(command, options->output);
}

}  // namespace muster::cli
