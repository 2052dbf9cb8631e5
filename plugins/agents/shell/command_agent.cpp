#include "plugins/agents/shell/command_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/agents/shell/command.hpp"
#include "plugins/agents/shell/job_actions.hpp"
#include "plugins/agents/shell/output_text.hpp"
#include "proto/base/child.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/base/text.hpp"

namespace muster::plugins::shell {
namespace {

// Left of the caller's patience for killing the command and for the reply.
constexpr std::chrono::milliseconds kReplyReserve{500};
constexpr int kLateExitCode = 124;  // as timeout(1)
constexpr const char* kMark = "MUSTER_CALL";

std::chrono::milliseconds patience_of(const ActionRequest& request) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      request.deadline - std::chrono::steady_clock::now() - kReplyReserve);
  const auto limit = std::chrono::seconds(kJobTimeoutMax).count();
  const std::chrono::seconds wanted(
      std::min(request.data.value("timeout", std::int64_t{0}), limit));
  const auto patience = wanted.count() > 0 && wanted < left ? wanted : left;
  return std::max(patience, std::chrono::milliseconds(1));
}

std::string last_said(std::string_view text) {
  const auto line = base::last_line(text);
  return line.empty() ? "" : ": " + base::quoted(line);
}

// A run, to its end or to its deadline.
struct Ran {
  base::ChildResult result;
  std::string late;  // how it was killed; empty when it ended by itself
};

std::string how_it_ended(const Ran& ran) {
  if (!ran.late.empty()) return ran.late;
  const auto& said = ran.result.err.empty() ? ran.result.out : ran.result.err;
  if (ran.result.signal != 0)
    return fmt::format("ended by signal {}{}", ran.result.signal, last_said(said));
  return fmt::format("exit code {}{}", ran.result.exit_code, last_said(said));
}

ActionReply reply_to(const Ran& ran) {
  const auto& result = ran.result;
  auto out = output_text(result.out, kRunOutputMaxBytes);
  auto err = output_text(result.err, kRunOutputMaxBytes);
  const bool success = result.exit_code == 0 && ran.late.empty();
  Value data{{"stdout", std::move(out.text)},
             {"stderr", std::move(err.text)},
             {"exitcode", ran.late.empty() ? result.exit_code : kLateExitCode},
             {"success", success},
             {"left_out_bytes", result.dropped_bytes + out.left_out + err.left_out}};
  if (success) return ActionReply::ok(std::move(data));
  return ActionReply{1, how_it_ended(ran), std::move(data)};
}

}  // namespace

ActionReply CommandAgent::handle(const ActionRequest& request) {
  const auto& action = request.action;
  const auto& data = request.data;
  const auto own = [this] { return OwnJobs{name(), node_.jobs()}; };
  const auto handle = [&data] { return data.at("handle").get<std::string>(); };
  const auto replied = [](Result<Value> answer) -> Result<ActionReply> {
    if (!answer) return fail(std::move(answer).error());
    return ActionReply::ok(std::move(*answer));
  };
  auto reply = [&]() -> Result<ActionReply> {
    if (action == "run") return run(request);
    if (action == "start") return start(request);
    if (action == "list") return ActionReply::ok(own().list());
    if (action == "status") return replied(own().status(handle()));
    if (action == "kill") return replied(own().kill(handle()));
    if (action == "output")
      return replied(own().output(handle(), data.value("stdout_offset", std::int64_t{0}),
                                  data.value("stderr_offset", std::int64_t{0})));
    return fail(Errc::unknown_action, fmt::format("{} has no action '{}'", name(), action));
  }();
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

Result<ActionReply> CommandAgent::run(const ActionRequest& request) const {
  MUSTER_ASSIGN(auto words, argv(request.data));
  MUSTER_ASSIGN(auto command, command_of(std::move(words), request.data));
  base::ChildSpec spec;
  spec.argv = std::move(command.argv);
  spec.environment = std::move(command.environment);
  // Not the request's id: other nodes on this machine may carry out the same request.
  const auto call = base::random_id();
  spec.environment[kMark] = call;
  spec.mark = fmt::format("{}={}", kMark, call);
  spec.working_folder = std::move(command.working_folder);
  spec.timeout = patience_of(request);
  spec.output_max_bytes = kRunOutputMaxBytes;
  Ran ran;
  if (const auto ended = base::run_child(spec, ran.result); !ended) {
    if (ended.error().code != Errc::timeout) return fail(ended.error());
    ran.late = ended.error().message;
  }
  return reply_to(ran);
}

Result<ActionReply> CommandAgent::start(const ActionRequest& request) {
  const auto wanted = request.data.value("timeout", std::int64_t{0});
  const std::chrono::seconds limit = kJobTimeoutMax;
  if (wanted < 0 || wanted > limit.count())
    return fail(Errc::invalid_data, fmt::format("a job's timeout must be 1 to {} seconds, not {}",
                                                limit.count(), wanted));
  MUSTER_ASSIGN(auto words, argv(request.data));
  MUSTER_ASSIGN(auto command, command_of(std::move(words), request.data));
  JobSpec spec;
  spec.kind = name();
  spec.key = request.request_id;  // a message that comes twice starts it once
  spec.title = title(request.data);
  spec.argv = std::move(command.argv);
  spec.environment = std::move(command.environment);
  spec.working_folder = std::move(command.working_folder);
  spec.timeout = wanted > 0 ? std::chrono::seconds(wanted) : kJobTimeout;
  spec.split_output = true;
  MUSTER_ASSIGN(const auto job, node_.jobs().start(spec));
  return ActionReply::ok({{"handle", job.id}});
}

}  // namespace muster::plugins::shell
