#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "orchestrator/broker/broker_process.hpp"
#include "orchestrator/broker/broker_watch.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/roll_call.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

// How often the certificate's file is looked at: a renewed one takes effect by itself.
constexpr std::chrono::seconds kCertificateLook{10};

sigset_t handled_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
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
                auto endorsement = client::read_trusted_ca(topic, payload, link.operators(),
                                                           link.clock().unix_ms());
                if (!endorsement) return endorsement;
                // At once: the link hears of it on another thread, and judges lists by it.
                if (const auto believed = link.believe(*endorsement); !believed)
                  return Result<client::Endorsement>(fail(believed.error()));
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
    const base::Locked watch(watch_);
    if (*watch != nullptr) (*watch)->look_soon();
  }
  void end() { *base::Locked(watch_) = nullptr; }

 private:
  base::Guarded<broker::BrokerWatch*> watch_;  // null: it has ended
};

struct Connection {
  fs::path certificate;  // the file that it came from
  std::unique_ptr<client::Link> link;
};

Result<Connection> open_link(const CommonOptions& common) {
  MUSTER_ASSIGN(auto settings, read_settings(common));
  MUSTER_ASSIGN(auto link, client::Link::open(settings));
  return Connection{std::move(settings.certificate), std::move(link)};
}

// The watch over one link; another certificate needs another link.
class Watching {
 public:
  // `session`: who we are among all watchers, whatever certificate we run with.
  static Result<std::unique_ptr<Watching>> start(Connection connection,
                                                 const broker::BrokerFolder& folder,
                                                 const std::string& session) {
    std::unique_ptr<Watching> watching(new Watching(std::move(connection), folder));
    MUSTER_TRY(watching->watch_.start());
    MUSTER_ASSIGN(watching->answerer_, client::RollAnswerer::start(*watching->link_, session,
                                                                   [&watch = watching->watch_] {
                                                                     return watch.roots_told();
                                                                   }));
    return watching;
  }
  ~Watching() {
    answerer_.reset();
    news_->end();
    link_->bus().disconnect();
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

  // Fingerprint of the certificate's file when it holds another one than we run with; empty else, also
  // while it cannot be read.
  std::string other_certificate() const {
    const auto there = x509::Certificate::from_file(certificate_);
    if (!there) return "";
    const auto fingerprint = there->fingerprint();
    return fingerprint == link_->signer().chain().front().fingerprint() ? "" : fingerprint;
  }

 private:
  Watching(Connection connection, const broker::BrokerFolder& folder)
      : certificate_(std::move(connection.certificate)),
        link_(std::move(connection.link)),
        watch_(link_->bus(), link_->collective(), folder, ways_of(*link_, folder), link_->clock()),
        news_(std::make_shared<News>(watch_)) {
    const auto look = [news = news_] { news->tell(); };
    for (auto* observers :
         {&link_->on_new_roots(), &link_->on_fewer_believed(), &link_->on_new_ca()})
      heard_.push_back(observers->add(look));
  }

  const fs::path certificate_;
  const std::unique_ptr<client::Link> link_;
  broker::BrokerWatch watch_;
  const std::shared_ptr<News> news_;
  std::vector<client::Observers::Handle> heard_;
  std::unique_ptr<client::RollAnswerer> answerer_;
};

// SIGHUP, also when the certificate's file came to hold another one; else the signal that ends us. One that
// was tried in vain is not tried again by itself.
int wait_for_change(const sigset_t& signals, const Watching& watching, std::string& tried) {
  constexpr timespec kLook{std::chrono::seconds(kCertificateLook).count(), 0};
  for (;;) {
    const int number = ::sigtimedwait(&signals, nullptr, &kLook);
    if (number > 0) return number;
    const auto other = watching.other_certificate();
    if (other.empty() || other == tried) continue;
    tried = other;
    return SIGHUP;
  }
}

Result<ExitCode> watch(const CommonOptions& common, const fs::path& dir) {
  const broker::BrokerFolder folder{fs::absolute(dir)};
  MUSTER_TRY(check_broker_folder(folder));
  // Before any thread starts, so that all of them leave these signals to sigtimedwait().
  const sigset_t signals = handled_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  log::set_level(log::Level::info);
  MUSTER_ASSIGN(auto connection, open_link(common));
  const auto session = base::random_id();
  MUSTER_ASSIGN(auto watching, Watching::start(std::move(connection), folder, session));
  std::string tried;
  while (wait_for_change(signals, *watching, tried) == SIGHUP) {
    auto next = open_link(common);
    if (!next) {
      log::error("configuration and certificate are not read anew, all stays as it was",
                 {{"why", next.error().message}});
      continue;
    }
    watching.reset();  // one at a time writes the folder; what is retained comes again
    MUSTER_ASSIGN(watching, Watching::start(*std::move(next), folder, session));
    log::info("configuration and certificate were read anew");
  }
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
