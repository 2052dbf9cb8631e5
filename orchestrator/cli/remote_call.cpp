#include "orchestrator/cli/remote_call.hpp"

#include "orchestrator/cli/approval/approved_call.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

// Batches are called by name, whatever a single call would do.
void by_name(client::Call& call) {
  if (call.targets.empty()) call.targets = call.expected;
  call.expected.clear();
  call.tell_mismatch = !call.filter.empty();
}

Status carry_out(client::Caller& caller, client::Call call, const CallExtras& extras,
                 RemoteCall& done) {
  client::Caller::ResultHandler show;
  if (extras.presenter != nullptr)
    show = [presenter = extras.presenter](const client::NodeResult& node) {
      presenter->took(node);
    };
  if (!extras.batches.size) {
    MUSTER_ASSIGN(done.result, caller.call(call, show));
    return {};
  }
  by_name(call);
  MUSTER_ASSIGN(auto batched, call_in_batches(caller, call, extras.batches, show));
  done.result = std::move(batched.result);
  done.frame.not_asked = std::move(batched.not_asked);
  done.frame.stopped = std::move(batched.why);
  return {};
}

}  // namespace

ExitCode exit_code_of(const RemoteCall& call) {
  const auto code = exit_code_of(call.result);
  if (code == ExitCode::error || code == ExitCode::silent) return code;
  if (!call.frame.undecided.empty()) return ExitCode::silent;
  return call.frame.not_asked.empty() ? code : ExitCode::failed;
}

Result<ReadyCall> ready_call(const CallOptions& options, const ddl::Agent& agent,
                             const std::string& action, const Value& arguments) {
  client::Call call;
  call.agent = agent.name;
  call.action = action;
  MUSTER_ASSIGN(call.arguments, ddl::check_inputs(agent, action, arguments));
  MUSTER_ASSIGN(auto aim, options.aim(agent.name));
  call.timeout = options.timeout_or(agent.timeout + kAnswerGrace + data_patience(*aim.filter));
  call.ttl = std::chrono::seconds(options.ttl_s);
  call.action_limit = options.action_limit();
  call.confirmed = options.yes;
  return ReadyCall{std::move(call), std::move(aim)};
}

Result<RemoteCall> call_remote(Conversation& talk, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments, const CallExtras& extras) {
  MUSTER_ASSIGN(auto ready, ready_call(options, agent, action, arguments));
  auto& [call, aim] = ready;
  MUSTER_ASSIGN(const auto found, talk.discover(aim.search));
  address(call, found, *aim.filter);
  if (extras.approved && !talk.common().approval.id.empty()) {
    if (extras.batches.size)
      return fail(Errc::config, "an approval is for one request, and --batch sends several");
    MUSTER_TRY(attach_approval(talk, call, found, aim.search));
  }
  RemoteCall done;
  done.frame = {.agent = agent.name,
                .action = action,
                .discovery = std::string(name_of(found.method)),
                .discovered = found.identities.size(),
                .discovery_took = found.took,
                .started_at_ms = talk.link().clock().unix_ms(),
                .undecided = found.undecided};
  if (extras.presenter != nullptr) extras.presenter->discovered(done.frame);
  MUSTER_TRY(carry_out(talk.caller(), std::move(call), extras, done));
  if (extras.presenter != nullptr) extras.presenter->finished(done.frame, done.result);
  return done;
}

Result<RemoteCall> call_remote(const CommonOptions& common, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments) {
  Conversation talk(common, options.target);
  return call_remote(talk, options, agent, action, arguments, {});
}

Result<ExitCode> run_action(Conversation& talk, const ActionCall& call, const ddl::Agent& agent,
                            const std::string& action, const Value& arguments) {
  const auto& common = talk.common();
  const auto* described = agent.find(action);
  if (described == nullptr) return fail(ddl::check_inputs(agent, action, arguments).error());
  MUSTER_TRY(check_approval_options(common.approval));
  if (common.approval.asks())
    return ask_approval_of_call(talk, call.options, agent, action, arguments);
  MUSTER_ASSIGN(const auto batches, Batches::of(call.batch));
  MUSTER_ASSIGN(const auto presenter, make_presenter(common, call.output, *described));
  MUSTER_ASSIGN(const auto done,
                call_remote(talk, call.options, agent, action, arguments,
                            {.batches = batches, .presenter = presenter.get(), .approved = true}));
  note_needed_approval(done.result);
  return exit_code_of(done);
}

Result<ExitCode> run_action(const CommonOptions& common, const ActionCall& call,
                            const ddl::Agent& agent, const std::string& action,
                            const Value& arguments) {
  Conversation talk(common, call.options.target);
  return run_action(talk, call, agent, action, arguments);
}

}  // namespace muster::cli
