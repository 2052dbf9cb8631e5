#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/client/again_order.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kAgainTimeout{10'000};
constexpr std::chrono::milliseconds kPresencePatience{5'000};

struct AgainOptions {
  CallOptions call;
  std::string node;
};

// Until the node's story goes on.
class Attempt {
 public:
  explicit Attempt(std::string node) : node_(std::move(node)) {}
  void told(const client::Record& record) {
    const std::lock_guard lock(mutex_);
    begun_ = begun_ || (ordered_ && record.identity == node_ && record.state == "running");
    changed_.notify_all();
  }
  void ordered() {
    const std::lock_guard lock(mutex_);
    ordered_ = true;
  }
  bool wait(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return begun_; });
  }

 private:
  const std::string node_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ordered_ = false;
  bool begun_ = false;
};

Result<ExitCode> say(const CommonOptions& common, const std::string& node, client::Outcome outcome,
                     const std::string& message) {
  const bool ok = outcome == client::Outcome::ok;
  if (!ok) note(message);
  if (common.json)
    print_json({{"node", node}, {"outcome", name_of(outcome)}, {"message", ok ? "" : message}});
  else if (ok)
    print(node + " will be provisioned again; see 'muster provision watch'\n");
  if (ok) return ExitCode::ok;
  return outcome == client::Outcome::silent ? ExitCode::silent : ExitCode::failed;
}

// The node itself keeps the wish, so that also an orchestrator that starts later fulfils it.
Result<ExitCode> tell_member(const CommonOptions& common, client::Link& link,
                             const AgainOptions& options) {
  MUSTER_ASSIGN(const auto caller, client::Caller::start(link));
  client::Call call;
  call.agent = "provision";
  call.action = "again";
  call.targets = {options.node};
  call.timeout = options.call.timeout_or(kAgainTimeout);
  MUSTER_ASSIGN(const auto result, caller->call(call));
  const auto& node = result.results.front();
  if (node.outcome == client::Outcome::silent)
    return say(common, options.node, node.outcome, "no response from " + options.node);
  if (node.outcome != client::Outcome::ok)
    return say(common, options.node, node.outcome, options.node + ": " + node.message);
  MUSTER_TRY(client::order_again(link, options.node));  // at once, not when its retry is due
  return say(common, options.node, node.outcome, "");
}

Status check_waits(const client::Record& record) {
  if (record.state == "refused")
    return fail(Errc::refused,
                fmt::format("{} is not let in: {}. Put a good token on it and restart its "
                            "muster-agent; provisioning then begins by itself",
                            record.identity, record.reason));
  if (record.state == "running")
    return fail(Errc::refused,
                fmt::format("{} is being provisioned just now, in step {}; see 'muster provision "
                            "show {}'",
                            record.identity, record.step, record.identity));
  return {};
}

// In the join zone only orchestrators reach it.
Result<ExitCode> tell_orchestrators(const CommonOptions& common, const ProvisionSession& session,
                                    const AgainOptions& options, Attempt& attempt) {
  MUSTER_ASSIGN(const auto record, record_of(*session.records, options.node));
  MUSTER_TRY(check_waits(record));
  attempt.ordered();
  MUSTER_TRY(client::order_again(*session.link, options.node));
  const auto patience = options.call.timeout_or(kAgainTimeout);
  if (attempt.wait(patience)) return say(common, options.node, client::Outcome::ok, "");
  return say(common, options.node, client::Outcome::silent,
             fmt::format("{} is not online, and no orchestrator took it up within {} s: is the "
                         "machine running, and an orchestrator?",
                         options.node, patience.count() / 1000));
}

Result<ExitCode> again(const CommonOptions& common, const AgainOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  const auto attempt = std::make_shared<Attempt>(options.node);
  MUSTER_ASSIGN(const auto session,
                open_provision(
                    common, [attempt](const client::Record& record) { attempt->told(record); },
                    options.call.target));
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(*session.link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  if (fleet->find(options.node)) return tell_member(common, *session.link, options);
  return tell_orchestrators(common, session, options, *attempt);
}

}  // namespace

void add_provision_again(Program& program, Command parent) {
  const auto options = std::make_shared<AgainOptions>();
  Command command =
      add_command(program, parent, "again", "Provision a finished, failed or waiting node anew",
                  [&program, options] { return again(program.common, *options); });
  command.option("node", options->node, "Its identity").required().type("NODE");
  add_timeout_options(command, options->call);
}

}  // namespace muster::cli
