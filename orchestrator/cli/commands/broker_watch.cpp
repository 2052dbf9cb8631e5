#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <mutex>

#include "orchestrator/broker/broker_process.hpp"
#include "orchestrator/broker/broker_watch.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

// Else it would be noticed when the first new CA comes, perhaps at night.
Status check_broker_folder(const broker::BrokerFolder& folder) {
  for (const auto& needed : {folder.capath(), folder.revoked(), folder.roots("operators"),
                             folder.roots("orchestrators"), folder.access()}) {
    std::error_code unreadable;
    if (fs::is_directory(needed, unreadable) && ::access(needed.c_str(), W_OK | X_OK) == 0)
      continue;
    return fail(Errc::config,
                fmt::format("--dir {} has no folder {} that can be written; 'muster broker config' "
                            "makes it, for the user that the broker runs as",
                            base::quoted(folder.folder.string()),
                            base::quoted(needed.filename().string())));
  }
  return {};
}

broker::RootsInForce roots_of(const client::Link& link) {
  if (link.roots() == nullptr) return {};
  return {.operators = link.roots()->state(security::Root::operators).roots,
          .orchestrators = link.roots()->state(security::Root::orchestrators).roots};
}

broker::KnownBans known_bans_of(const client::Link& link) {
  broker::KnownBans known;
  for (const auto& ban : link.bans().all())
    (ban.banned ? known.banned : known.lifted).push_back(ban.identity);
  return known;
}

broker::BrokerWatch::Ways ways_of(client::Link& link, const broker::BrokerFolder& folder) {
  return {.read_ca =
              [&link](std::string_view topic, std::string_view payload) {
                auto endorsement = client::read_trusted_ca(topic, payload, link.operators());
                // At once: the link hears of it on another thread, and judges lists by it.
                if (endorsement) static_cast<void>(link.believe(*endorsement));
                return endorsement;
              },
          .read_piece =
              [&link](std::string_view topic, std::string_view payload) {
                return broker::read_delivered_piece(link, topic, payload);
              },
          .reload = [file = folder.pid_file()] { return broker::reload_broker(file); },
          .roots = [&link] { return roots_of(link); },
          .bans = [&link] { return known_bans_of(link); }};
}

// The link may tell once more just when the watch ends.
class News {
 public:
  explicit News(broker::BrokerWatch& watch) : watch_(&watch) {}
  void tell() {
    const std::lock_guard lock(mutex_);
    if (watch_ != nullptr) watch_->look_soon();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    watch_ = nullptr;
  }

 private:
  std::mutex mutex_;
  broker::BrokerWatch* watch_;
};

Result<ExitCode> watch(const CommonOptions& common, const fs::path& dir) {
  const broker::BrokerFolder folder{fs::absolute(dir)};
  MUSTER_TRY(check_broker_folder(folder));
  // Before any thread starts, so that all of them leave these signals to sigwait().
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  log::set_level(log::Level::info);
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  MUSTER_ASSIGN(const auto link, client::Link::open(settings));
  broker::BrokerWatch watching(link->bus(), link->collective(), folder, ways_of(*link, folder),
                               link->clock());
  MUSTER_TRY(watching.start());
  const auto news = std::make_shared<News>(watching);
  const auto look = [news] { news->tell(); };
  const auto heard = {link->on_new_roots().add(look), link->on_fewer_believed().add(look),
                      link->on_new_ca().add(look)};
  int signal = 0;
  sigwait(&signals, &signal);
  news->end();
  link->bus().disconnect();
  return ExitCode::ok;
}

}  // namespace

void add_broker_watch(Program& program, Command group) {
  const auto dir = std::make_shared<fs::path>();
  Command command = add_command(
      program, group, "watch",
      "Runs beside the broker: lets in nodes of new Puppet CAs, and keeps revoked ones out",
      [&program, dir] { return watch(program.common, *dir); });
  command.option("--dir", *dir, "The broker's folder, as 'muster broker config' made it")
      .required()
      .type("DIR");
}

}  // namespace muster::cli
