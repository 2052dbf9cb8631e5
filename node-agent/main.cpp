// muster-agent: the daemon on every node, masters included.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <thread>

#include "node-agent/daemon/node_agent.hpp"
#include "node-agent/jobs/supervisor.hpp"
#include "proto/base/log.hpp"
#include "proto/base/systemd.hpp"

namespace {

using muster::agent::AgentConfig;
using muster::agent::NodeAgent;
namespace logging = muster::log;

constexpr std::string_view kDefaultConfig = "/etc/muster/agent.yaml";

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

// Hands signals to the agent that serves at the moment; SIGUSR1 ends the thread.
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

int complain(const muster::Error& error) {
  std::cerr << "muster-agent: " << error.message << "\n";
  return 1;
}

// A configuration that cannot be read on reload keeps the one in force.
AgentConfig reread(const std::string& path, bool required, AgentConfig current) {
  auto config = muster::agent::load_config(path, required);
  if (!config) {
    logging::error("configuration not reread, the old one stays in force",
                   {{"why", config.error().message}});
    return current;
  }
  return std::move(*config);
}

int serve(const std::string& path, bool required) {
  auto loaded = muster::agent::load_config(path, required);
  if (!loaded) return complain(loaded.error());
  auto config = std::move(*loaded);
  for (;;) {
    const auto level = logging::level_from(config.log_level);
    logging::set_level(level ? *level : logging::Level::info);
    auto agent = NodeAgent::create(config);
    if (!agent) return complain(agent.error());
    const SignalThread signals(**agent);
    muster::base::notify_service_manager("READY=1");
    const auto end = (*agent)->run([](const std::string& status) {
      muster::base::notify_service_manager("STATUS=" + status);
    });
    if (!end) return complain(end.error());
    if (*end == NodeAgent::End::stopped) break;
    config = reread(path, required, std::move(config));
    logging::info("configuration reread");
  }
  muster::base::notify_service_manager("STOPPING=1");
  logging::info("left the bus");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--job-supervisor")
    return muster::jobs::run_job_supervisor(argv[2]);

  CLI::App app{"Muster's node agent: joins the bus by itself, shows facts, runs actions.",
               "muster-agent"};
  std::string path(kDefaultConfig);
  auto* config_option = app.add_option("-c,--config", path,
                                       "Configuration file (default " + path + ", may be absent)");
  bool check = false;
  app.add_flag("--check", check, "Read the configuration, say what is wrong with it, and exit");
  app.set_version_flag("--version", MUSTER_VERSION);
  CLI11_PARSE(app, argc, argv);

  const auto set = handled_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // before any thread: all inherit it
  ::signal(SIGPIPE, SIG_IGN);
  logging::start("muster-agent", logging::Level::info);
  const bool required = config_option->count() > 0;
  if (check) {
    const auto config = muster::agent::load_config(path, required);
    if (!config) return complain(config.error());
    std::cout << path << ": ok\n";
    return 0;
  }
  return serve(path, required);
}
