#include <fmt/format.h>
#include <unistd.h>

#include <atomic>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/own_key.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/core_dumps.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/security/client_id.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"
#include "proto/x509/pair_files.hpp"

namespace muster::client {
namespace {

constexpr const char* kRootsMemoryFile = "roots.json";
constexpr const char* kBrokerRootsFile = "broker-roots.pem";

const base::Clock& system_clock() {
  static const base::SystemClock clock;
  return clock;
}

// Passes the bus's news on to the caller and to the link, which is made after the first of them.
struct News {
  transport::Bus::LinkHandler to_caller;
  std::atomic<Link*> to_link{nullptr};

  void hear(transport::LinkState state, const std::string& why) {
    if (to_caller) to_caller(state, why);
    if (Link* link = to_link) link->hear(state);
  }
};

// A command line of somebody who may not write beside the configuration learns from the bus each time.
Result<std::unique_ptr<security::KnownRoots>> known_roots(const settings::Settings& settings) {
  security::RootFiles files{.operators = settings.operator_root,
                            .orchestrators = settings.orchestrator_root,
                            .daemon = !settings.state_folder.empty()};
  const auto folder = files.daemon ? settings.state_folder : settings.folder();
  if (::access(folder.c_str(), W_OK | X_OK) == 0) {
    files.memory = folder / kRootsMemoryFile;
    files.for_brokers = folder / kBrokerRootsFile;
  }
  return security::KnownRoots::open(std::move(files));
}

struct Self {
  security::Signer signer;
  std::filesystem::path key_file;
};

// Our own certificate is judged as others will judge it, so that the reason is said here and in full.
Result<Self> read_self(const settings::Settings& settings, const security::TrustStore& operators) {
  if (settings.key_program.empty())
    MUSTER_TRY(x509::finish_pair({settings.key, settings.certificate}));
  MUSTER_ASSIGN(const auto pem, base::read_file(settings.certificate));
  MUSTER_ASSIGN(auto chain, x509::Certificate::all_from_pem(pem, settings.certificate.string()));
  std::vector<std::string> ders;
  for (const auto& certificate : chain) ders.push_back(certificate.der());
  MUSTER_ASSIGN(auto own, own_key(settings, chain.front()));
  if (auto leaf = operators.verify(ders); !leaf)
    return fail(
        Errc::config,
        fmt::format("{} is not good under {} or {}: {}. 'muster operator create NAME', where "
                    "the root's key is, makes one that is",
                    settings.certificate.string(), settings.operator_root.string(),
                    settings.orchestrator_root.string(), leaf.error().message));
  auto signer = security::Signer::with_certificate(std::move(own.key), std::move(chain));
  if (signer) return Self{*std::move(signer), std::move(own.file)};
  return fail(signer.error().within(
      fmt::format("{} and {}", own.file.string(), settings.certificate.string())));
}

transport::mqtt::Options bus_options(const settings::Settings& settings, const Self& self,
                                     const std::string& sole, std::filesystem::path roots) {
  transport::mqtt::Options options;
  options.brokers = settings.brokers;
  options.connect_timeout = settings.connect_patience;
  // Two clients of one name would throw each other out: each process is somebody else, whom nobody
  // can guess.
  options.client_id = fmt::format("muster-{}-{}", self.signer.name(), base::random_id());
  if (!sole.empty()) {
    auto derived = security::client_id(self.signer.key(), sole);
    if (derived)
      options.client_id = std::move(*derived);
    else  // a token's key: nobody can guess ours either, but a second process is not noticed
      log::info("a random client id", {{"why", derived.error().message}});
  }
  options.ca_file = std::move(roots);
  options.certificate_file = settings.certificate;
  options.key_file = self.key_file;
  return options;
}

// A last will is signed before there is a link, and sent for each link that breaks.
Result<transport::mqtt::LastWill> told_when_we_are_gone(const settings::Settings& settings,
                                                        const security::Signer& signer) {
  LifecycleEvent event;
  event.type = kOrchestratorLeft;
  event.identity = signer.name();
  event.data = {{"reason", "its link broke"}};
  MUSTER_ASSIGN(auto sealed, seal_event(signer, event, system_clock().unix_ms()));
  return transport::mqtt::LastWill{
      transport::topics::event(settings.collective, event.type, event.identity), std::move(sealed),
      transport::Qos::at_least_once, /*retain=*/false};
}

}  // namespace

Result<std::unique_ptr<Link>> Link::open(const settings::Settings& settings,
                                         transport::Bus::LinkHandler on_link,
                                         const std::string& sole) {
  if (!settings.core_dumps) base::forbid_core_dumps();
  security::TrustStore operators(system_clock());
  MUSTER_ASSIGN(auto roots, known_roots(settings));
  MUSTER_TRY(roots->sync(operators));
  MUSTER_ASSIGN(auto self, read_self(settings, operators));
  auto options = bus_options(settings, self, sole, roots->broker_roots());
  if (!sole.empty()) {
    MUSTER_ASSIGN(options.will, told_when_we_are_gone(settings, self.signer));
  }
  const auto news = std::make_shared<News>();
  news->to_caller = std::move(on_link);
  MUSTER_ASSIGN(auto bus, transport::mqtt::connect(
                              options, [news](transport::LinkState state, const std::string& why) {
                                news->hear(state, why);
                              }));
  auto link = std::make_unique<Link>(std::move(bus), std::move(self.signer), settings.collective,
                                     system_clock());
  news->to_link = link.get();
  MUSTER_TRY(link->obey(std::move(roots)));
  if (!settings.node_cas.empty()) MUSTER_TRY(link->nodes().add_folder(settings.node_cas));
  MUSTER_TRY(link->learn_trust(settings.home_collective));
  return link;
}

}  // namespace muster::client
