// muster-orchestrator: provisions nodes as they appear and tells people.
#include <csignal>
#include <iostream>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/control/control_desk.hpp"
#include "orchestrator/daemon/approval_waits.hpp"
#include "orchestrator/daemon/attestation_audit.hpp"
#include "orchestrator/daemon/daemon_config.hpp"
#include "orchestrator/daemon/damaged_files.hpp"
#include "orchestrator/daemon/later_leases.hpp"
#include "orchestrator/daemon/ledger_full.hpp"
#include "orchestrator/daemon/master_retired.hpp"
#include "orchestrator/daemon/notifications_duty.hpp"
#include "orchestrator/daemon/report.hpp"
#include "orchestrator/daemon/tell.hpp"
#include "orchestrator/daemon/trust_duty.hpp"
#include "orchestrator/daemon/warn_of_endings.hpp"
#include "orchestrator/history/history.hpp"
#include "orchestrator/notify/deliverer.hpp"
#include "orchestrator/provision/live/engine.hpp"
#include "orchestrator/provision/news.hpp"
#include "orchestrator/registry/registry.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/daemon_options.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/systemd.hpp"

namespace {

using namespace muster;

constexpr std::chrono::milliseconds kLeavePatience{2'000};

base::DaemonCommand described() {
  base::DaemonCommand command;
  command.name = "muster-orchestrator";
  command.purpose = "Muster's orchestrator: provisions nodes as they appear, and tells people.";
  command.version = MUSTER_VERSION;
  command.default_config = "/etc/muster/orchestrator.yaml";
  command.config_help = "Configuration file (default " + command.default_config + ")";
  command.check_help = "Read configuration and workflow, say what is wrong with them, and exit";
  return command;
}

int complain(const Error& error) {
  std::cerr << "muster-orchestrator: " << base::printable(error.message) << "\n";
  return 1;
}

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

// The next signal, or 0 when `patience` is over.
int wait_signal(std::chrono::milliseconds patience) {
  const auto set = handled_signals();
  const timespec limit{patience.count() / 1000, patience.count() % 1000 * 1'000'000};
  const int number = ::sigtimedwait(&set, nullptr, &limit);
  return number > 0 ? number : 0;
}

struct Parts {
  daemon::DaemonConfig config;
  workflow::Rules rules;
  workflow::WorkflowPtr decommission;
};

Result<Parts> read_everything(const std::string& path) {
  MUSTER_ASSIGN(auto config, daemon::load_config(path));
  config.bus.state_folder = config.state_folder;
  MUSTER_ASSIGN(auto rules,
                daemon::load_rules(config.workflows, config.workflow, config.ddl_folder, path));
  MUSTER_ASSIGN(auto decommission,
                daemon::load_decommission(config.decommission, config.decommission_is_said,
                                          config.ddl_folder));
  return Parts{std::move(config), std::move(rules), std::move(decommission)};
}

std::string names_of(const workflow::Rules& rules) {
  std::string text;
  for (const auto& name : rules.names()) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void hear_link(transport::LinkState state, const std::string& why) {
  if (state != transport::LinkState::taken_over) return log::info("link", {{"state", why}});
  log::error(
      "another process uses this orchestrator's private key on the bus; give each orchestrator a "
      "certificate of its own, or, if it is not yours, revoke this one",
      {{"why", why}});
}

// The broker may come up after us; what cannot get better by waiting ends the program.
Result<std::unique_ptr<client::Link>> connect(const settings::Settings& settings) {
  base::Backoff backoff(std::chrono::milliseconds(250), std::chrono::seconds(10));
  for (;;) {
    auto link = client::Link::open(settings, hear_link, "orchestrator " + settings.collective);
    if (link || link.error().code != Errc::unavailable) return link;
    log::warning("no connection to the bus", {{"why", link.error().message}});
    if (const int number = wait_signal(backoff.next()); number == SIGTERM || number == SIGINT)
      return fail(Errc::unavailable,
                  "stopped before the bus could be reached: " + link.error().message);
  }
}

Result<std::unique_ptr<registry::Registry>> keep_registry(client::Link& link,
                                                          const daemon::DaemonConfig& config,
                                                          const client::Fleet& fleet) {
  if (!config.registry_enabled) return nullptr;
  registry::RegistryOptions options;
  options.file = config.state_folder / "registry.db";
  options.collectives = config.registry_collectives;
  options.policies = config.policies;
  options.fleet = &fleet;
  options.limits.keep = std::chrono::seconds(config.registry_keep_s);
  options.limits.nodes = static_cast<std::size_t>(config.registry_nodes_max);
  options.limits.bytes = static_cast<std::uint64_t>(config.registry_max_mb) << 20U;
  return registry::Registry::start(link, std::move(options));
}

// None when its file is of no use: provisioning needs no history, and must not wait for it.
std::unique_ptr<history::History> keep_history(const daemon::DaemonConfig& config,
                                               const base::Clock& clock) {
  auto history = history::History::open(config.state_folder / "history.db",
                                        {.keep = std::chrono::hours(24 * config.history_keep_days),
                                         .runs = static_cast<std::size_t>(config.history_runs_max)},
                                        clock);
  if (history) return std::move(*history);
  log::error("runs are not remembered; 'muster provision stats' and 'history' say nothing",
             {{"why", history.error().message}});
  return nullptr;
}

// Lends the engine to operators.
class EngineDuty final : public control::Provisioning,
                         public control::Approvals,
                         public control::Tokens {
 public:
  explicit EngineDuty(provision::Engine& engine) : engine_(engine) {}
  Outcomes again(const Nodes& nodes, const std::string& caller) override {
    return engine_.carry_out(provision::Order::again, nodes, caller);
  }
  Outcomes new_certificate(const Nodes& nodes, const std::string& caller) override {
    return engine_.carry_out(provision::Order::new_certificate, nodes, caller);
  }
  Outcomes retry(const Nodes& nodes, const std::string& caller) override {
    return engine_.carry_out(provision::Order::retry, nodes, caller);
  }
  Outcomes cancel(const Nodes& nodes, const std::string& caller) override {
    return engine_.carry_out(provision::Order::cancel, nodes, caller);
  }
  Outcomes decommission(const Nodes& nodes, const std::string& caller) override {
    return engine_.decommission(nodes, caller);
  }
  Outcomes forget(const Nodes& nodes, const std::string& caller) override {
    return engine_.carry_out(provision::Order::forget, nodes, caller);
  }
  Status approve(const std::string& node, const std::string& key_fingerprint,
                 const std::string& caller) override {
    return engine_.approve(node, key_fingerprint, caller);
  }
  Result<std::string> group_of_step(const control::StepOfRun& step) override {
    return engine_.group_of_step({step.node, step.step, step.run_id});
  }
  Status approve_step(const control::StepOfRun& step, const std::string& caller) override {
    return engine_.approve_step({step.node, step.step, step.run_id}, caller);
  }
  Status revoke(const std::string& token, const std::string& caller) override {
    return engine_.revoke_token(token, caller, "");
  }

 private:
  provision::Engine& engine_;
};

std::string event_type_of(const client::Record& record) {
  if (record.state == client::kAsks) return "step-asks";
  if (record.state == client::kGone) return "decommissioned";
  if (record.state == client::kLeaving) return "failed";
  return record.state == "failed" ? "failed" : "provisioned";
}

// For `muster events`: an outcome has the same id whenever it is told.
void tell_outcome(client::Link& link, const client::Record& record) {
  auto event = daemon::event_of(daemon::report(record), event_type_of(record), record.identity);
  event.at_ms = record.updated_at_ms;
  daemon::tell(link, event);
}

void tell_of_ourselves(client::Link& link, std::string_view type) {
  client::LifecycleEvent event;
  event.type = type;
  event.identity = link.caller();
  event.data = {{"version", MUSTER_VERSION}};
  daemon::tell(link, event);
}

control::ApprovalNews approvals_told(const std::string& teller,
                                     const daemon::TrustDuty::Tell& tell_all) {
  return {.waits =
              [teller, tell_all](const control::Waiting& what) {
                tell_all(daemon::waiting_event(what, teller), daemon::waiting_notification(what));
              },
          .decided =
              [teller, tell_all](const control::Waiting& what, bool given) {
                tell_all(daemon::decided_event(what, given, teller),
                         daemon::decided_notification(what, given));
              }};
}

// `clock` must outlive it.
std::function<void(const std::string& why)> ledger_told(const std::string& teller,
                                                        const daemon::TrustDuty::Tell& tell_all,
                                                        const base::Clock& clock) {
  return [teller, tell_all, &clock](const std::string& why) {
    const auto now_ms = clock.unix_ms();
    tell_all(daemon::ledger_full_event(why, teller, now_ms),
             daemon::ledger_full_notification(why, teller, now_ms));
  };
}

provision::RunsRemembered remembered_by(history::History* history) {
  if (history == nullptr) return {};
  return {.nodes = [history] { return history->nodes(); },
          .latest = [history](const std::string& node) { return history->latest(node); }};
}

// What no message tells is looked at now and then, until a signal; its number.
int watch_ourselves(client::Link& link, provision::Engine& engine, const settings::Settings& bus,
                    notify::Deliverer& deliverer, daemon::DamagedFiles damaged) {
  const auto& clock = link.clock();
  auto next_endings = clock.steady();
  int number = 0;
  do {
    damaged.look(clock.unix_ms());
    if (clock.steady() >= next_endings) {
      auto depends = client::Depends::of(link, bus);
      depends.tokens = engine.tokens_in_use();
      daemon::warn_of_endings(link, depends, deliverer);
      next_endings = clock.steady() + daemon::kEndingsEvery;
    }
    number = wait_signal(daemon::kPutAsideEvery);
  } while (number == 0);
  return number;
}

// Serves until a signal; gives its number.
Result<int> serve(Parts& parts) {
  MUSTER_TRY(base::make_folder(parts.config.state_folder, 0750));
  const base::SystemClock clock;
  daemon::LaterLeases leases;  // whoever delivers asks it to the end
  MUSTER_ASSIGN(
      const auto deliverer,
      notify::Deliverer::open(parts.config.state_folder / "outbox.db", parts.config.notify, clock));
  deliverer->ask_before_sending([&](const plugins::Lease& lease) { return leases.ask(lease); });
  deliverer->start();
  MUSTER_ASSIGN(const auto link, connect(parts.config.bus));
  const auto audit_log =
      std::make_shared<audit::AuditLog>(parts.config.audit, link->caller(), clock);
  const auto history = keep_history(parts.config, clock);
  const auto tell_all = [&](const client::LifecycleEvent& event,
                            const plugins::Notification& people) {
    daemon::tell_all(*link, *deliverer, event, people);
  };
  provision::EngineOptions options{
      static_cast<std::size_t>(parts.config.in_flight),
      static_cast<std::size_t>(parts.config.per_master),
      parts.config.state_folder,
      parts.config.names,
      parts.config.instance_gone_program,
      [&](const client::Record& record) {
        if (provision::news_of(record) == provision::News::outcome) tell_outcome(*link, record);
        return deliverer->notify(daemon::report(record));
      },
      ledger_told(link->caller(), tell_all, clock),
      [&](const client::Record& record) {
        if (history) history->hear(record);
      },
      parts.config.attestation,
      [&](const provision::AttestationTold& told) {
        return daemon::audit_attestation(*audit_log, parts.config.attestation, told);
      },
      remembered_by(history.get()),
      parts.decommission,
      [&](const provision::RetirementNews& news) {
        daemon::tell(*link, daemon::retirement_event(news));
        return deliverer->notify(daemon::retirement_notification(news));
      }};
  MUSTER_ASSIGN(const auto engine,
                provision::Engine::start(*link, parts.rules, std::move(options)));
  MUSTER_ASSIGN(const auto registry, keep_registry(*link, parts.config, engine->fleet()));
  const daemon::LaterLeases::Source asked_of_leases(leases, engine->records());
  EngineDuty duty(*engine);
  daemon::NotificationsDuty notifications(*deliverer, clock);
  daemon::TrustDuty trust(*link, engine->trust(), tell_all);
  MUSTER_ASSIGN(const auto desk, control::ControlDesk::start(
                                     *link,
                                     {.provisioning = &duty,
                                      .approvals = &duty,
                                      .bans = &trust,
                                      .tokens = &duty,
                                      .revocations = &trust,
                                      .history = history.get(),
                                      .notifications = &notifications},
                                     {.policies = parts.config.policies,
                                      .replay_file = parts.config.state_folder / "requests.seen",
                                      .audit = audit_log,
                                      .tell_approvals = approvals_told(link->caller(), tell_all)}));
  log::info("orchestrating", {{"as", link->caller()}, {"workflow", names_of(parts.rules)}});
  base::notify_service_manager("READY=1");
  tell_of_ourselves(*link, "orchestrator-joined");
  const int number = watch_ourselves(*link, *engine, parts.config.bus, *deliverer,
                                     {parts.config.state_folder, link->caller(), tell_all});
  tell_of_ourselves(*link, client::kOrchestratorLeft);
  static_cast<void>(link->bus().flush(kLeavePatience));
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = base::daemon_options(described(), argc, argv, exit_code);
  if (!options) return exit_code;

  const auto set = handled_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // before any thread: all inherit it
  ::signal(SIGPIPE, SIG_IGN);
  log::start("muster-orchestrator", log::Level::info);
  auto parts = read_everything(options->config);
  if (!parts) return complain(parts.error());
  if (options->check) {
    std::cout << options->config << ": ok";
    for (const auto& each : parts->rules.workflows())
      std::cout << ", workflow " << each->name << " with " << each->steps.size() << " steps";
    std::cout << "\n";
    return 0;
  }
  for (;;) {
    if (const auto level = log::level_from(parts->config.log_level)) log::set_level(*level);
    const auto number = serve(*parts);
    if (!number) return complain(number.error());
    if (*number != SIGHUP) break;
    auto reread = read_everything(options->config);
    if (reread)
      parts = std::move(reread);
    else
      log::error("configuration not reread, the old one stays in force",
                 {{"why", reread.error().message}});
  }
  base::notify_service_manager("STOPPING=1");
  log::info("stopped");
  return 0;
}
