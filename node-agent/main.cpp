// muster-agent: the daemon on every node, masters included.
#include <csignal>
#include <functional>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/jobs/supervisor.hpp"
#include "plugins/puppet/layout.hpp"
#include "proto/base/core_dumps.hpp"
#include "proto/base/daemon_options.hpp"
#include "proto/base/log.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/systemd.hpp"
#include "proto/base/thread_name.hpp"

namespace {

using muster::agent::AgentConfig;
using muster::agent::NodeAgent;
namespace logging = muster::log;

muster::base::DaemonCommand described() {
  muster::base::DaemonCommand command;
  command.name = "muster-agent";
  command.purpose = "Muster's node agent: joins the bus by itself, shows facts, runs actions.";
  command.version = MUSTER_VERSION;
  command.default_config = "/etc/muster/agent.yaml";
  command.config_help =
      "Configuration file (default " + command.default_config + ", may be absent)";
  command.check_help = "Read the configuration, say what is wrong with it, and exit";
  return command;
}

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

// Hands signals to the agent that serves at the moment; SIGHUP also ends the thread.
class SignalThread {
 public:
  explicit SignalThread(NodeAgent& agent) : thread_([this, &agent] { serve(agent); }) {}
  ~SignalThread() {
    done_ = true;
    ::pthread_kill(thread_.native_handle(), SIGHUP);
    thread_.join();
  }

 private:
  void serve(NodeAgent& agent) {
    muster::base::name_thread("signals");
    const auto set = handled_signals();
    for (int number = 0; ::sigwait(&set, &number) == 0;) {
      if (done_) return;
      if (number == SIGHUP)
        agent.reload();
      else
        agent.stop();
    }
  }
  std::atomic<bool> done_{false};
  std::thread thread_;
};

muster::Result<AgentConfig> configuration(const std::string& path, bool required) {
  auto config = muster::agent::load_config(path, required);
  if (config) muster::agent::find_out(*config);
  return config;
}

int complain(const muster::Error& error) {
  std::cerr << "muster-agent: " << muster::base::printable(error.message) << "\n";
  return 1;
}

// Waits until this host has a name of its own. A signal that comes meanwhile ends the waiting, and is given; a puppet.conf that changes, for it
// may name this node, is as good as SIGHUP.
std::optional<int> wait_for_name(const AgentConfig& config) {
  constexpr timespec kNameAgain{2, 0};
  const auto set = handled_signals();
  for (bool told = false;; told = true) {
    const auto identity =
        muster::agent::node_identity(config, muster::base::SystemClock().unix_ms());
    if (identity || identity.error().code != muster::Errc::unavailable) return std::nullopt;
    if (!told) {
      logging::warning("waiting for the host's name", {{"why", identity.error().message}});
      muster::base::notify_service_manager("READY=1");
      muster::base::notify_service_manager("STATUS=waiting: " + identity.error().message);
    }
    if (const int number = ::sigtimedwait(&set, nullptr, &kNameAgain); number > 0) return number;
    if (muster::plugins::puppet::layout_stamp(config.puppet) != config.puppet_stamp) return SIGHUP;
  }
}

// One agent from its start until it is told to stop or to reread its configuration.
muster::Result<muster::agent::End> serve_once(
    const AgentConfig& config, const std::function<muster::Result<AgentConfig>()>& reread) {
  const auto level = logging::level_from(config.log_level);
  logging::set_level(level ? *level : logging::Level::info);
  if (!config.core_dumps) muster::base::forbid_core_dumps();
  MUSTER_ASSIGN(const auto agent, NodeAgent::create(config));
  const SignalThread signals(*agent);
  muster::base::notify_service_manager("READY=1");
  return agent->run(
      [](const std::string& status) { muster::base::notify_service_manager("STATUS=" + status); },
      reread);
}

// The change that made us read anew is known now, and is no reason to do so again.
void keep_old(AgentConfig& old, const muster::Error& why) {
  logging::error("configuration not reread, the old one stays in force", {{"why", why.message}});
  old.puppet_stamp = muster::plugins::puppet::layout_stamp(old.puppet);
}

void read_again(AgentConfig& config, const std::string& path, bool required) {
  auto fresh = configuration(path, required);
  if (!fresh) return keep_old(config, fresh.error());
  logging::info("configuration reread");
  config = std::move(*fresh);
}

int serve(const std::string& path, bool required) {
  auto config = configuration(path, required);
  if (!config) return complain(config.error());
  std::optional<AgentConfig> proven;  // to go back to
  for (;;) {
    if (const auto signal = wait_for_name(*config)) {
      if (*signal != SIGHUP) break;
      read_again(*config, path, required);
      continue;
    }
    const auto end = serve_once(*config, [&] { return configuration(path, required); });
    if (!end && !proven) return complain(end.error());
    if (!end) {
      config = *std::exchange(proven, std::nullopt);
      keep_old(*config, end.error());
      continue;
    }
    if (*end == muster::agent::End::stopped) break;
    proven = *config;
    read_again(*config, path, required);
  }
  muster::base::notify_service_manager("STOPPING=1");
  logging::info("left the bus");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--job-supervisor")
    return muster::jobs::run_job_supervisor(argv[2]);

  int exit_code = 0;
  const auto options = muster::base::daemon_options(described(), argc, argv, exit_code);
  if (!options) return exit_code;

  const auto set = handled_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // before any thread: all inherit it
  ::signal(SIGPIPE, SIG_IGN);
  logging::start("muster-agent", logging::Level::info);
  if (options->check) {
    const auto config = muster::agent::load_config(options->config, options->config_given);
    if (!config) return complain(config.error());
    std::cout << options->config << ": ok\n";
    return 0;
  }
  return serve(options->config, options->config_given);
}
