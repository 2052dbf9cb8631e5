#include "orchestrator/registry/registry.hpp"

#include "orchestrator/registry/answers.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::registry {
namespace {

namespace topics = transport::topics;

constexpr base::Throttle::Rate kRefusalsLogged{.burst = 1,
                                               .every = std::chrono::milliseconds(60'000)};
constexpr std::size_t kWhatLevel = 3;  // "registration" or "req"

}  // namespace

// When the link was lost, and whether so long ago that registrations were missed.
struct Registry::Deafness {
  std::atomic<std::chrono::steady_clock::rep> lost_at{0};  // 0: the link stands
  std::atomic<bool> missed{false};
};

Registry::Registry(client::Link& link, RegistryOptions options,
                   std::unique_ptr<RegistryStore> store)
    : link_(link),
      options_(std::move(options)),
      store_(std::move(store)),
      policies_(options_.policies),
      losses_(link.clock()),
      log_(link.clock(), kRefusalsLogged),
      tidied_(link.clock().steady()),
      deafness_(std::make_shared<Deafness>()),
      inbox_(std::make_shared<client::Worker<transport::Message>>(
          "registry", kInbox, [this](const transport::Message& message) { work(message); })) {}

Registry::~Registry() {
  subscriptions_.clear();
  inbox_->stop();
}

Result<std::unique_ptr<Registry>> Registry::start(client::Link& link, RegistryOptions options) {
  MUSTER_ASSIGN(auto store, RegistryStore::open(options.file, options.limits, link.clock()));
  std::unique_ptr<Registry> registry(new Registry(link, std::move(options), std::move(store)));
  MUSTER_TRY(registry->read_signatures());
  MUSTER_TRY(registry->subscribe());
  return registry;
}

Status Registry::subscribe() {
  heard_.push_back(link_.on_lost().add([deaf = deafness_, &clock = link_.clock()] {
    deaf->lost_at = clock.steady().time_since_epoch().count();
  }));
  heard_.push_back(link_.on_relinked().add([deaf = deafness_, &clock = link_.clock()] {
    const std::chrono::steady_clock::duration lost(deaf->lost_at.exchange(0));
    if (lost.count() != 0 && clock.steady().time_since_epoch() - lost > kMissedAfter)
      deaf->missed = true;
  }));
  std::vector<std::string> filters;
  for (const auto& collective : options_.collectives) {
    filters.push_back(topics::registration(collective, "+"));
    filters.push_back(topics::registry_request(collective, topics::kEveryCaller));
  }
  MUSTER_ASSIGN(subscriptions_,
                link_.bus().subscribe_all(filters, transport::Qos::at_least_once,
                                          [inbox = inbox_](transport::Message message) {
                                            if (!message.retained)  // neither is
                                              client::post_message(*inbox, std::move(message));
                                          }));
  return {};
}

// Before anything comes in. Every registration is read once.
Status Registry::read_signatures() {
  return store_->each(link_.collective(), "", {}, [this](const Stored& stored) {
    auto sent = messages::Registration::decode(stored.body);
    if (!sent) return true;
    if (const auto node = client::registered_from(*std::move(sent)); node)
      signatures_.put(*node, stored.seen_ms);
    return true;
  });
}

void Registry::notice_loss() {
  if (!deafness_->missed.exchange(false)) return;
  log::warning("the link was away for long; nodes must register anew before all are known");
  if (auto anew = store_->listen_anew(); !anew)
    log::error("cannot note in the registry that registrations were missed",
               {{"why", anew.error().message}});
}

void Registry::work(const transport::Message& message) {
  notice_loss();
  if (topics::level(message.topic, kWhatLevel) == std::string_view("registration"))
    take(message);
  else
    answer_to(message);
  tidy_when_due();
}

void Registry::take(const transport::Message& message) {
  const auto node = client::read_registration(link_, message.topic, message.payload);
  if (!node) return refuse("registration", message.topic, node.error());
  const auto put = store_->put(*node);
  if (put) {
    ++taken_;
    signatures_.put(*node, link_.clock().unix_ms());
  } else if (put.error().code != Errc::expired) {  // repeated by a broker, or by somebody else
    ++lost_;
    losses_.add(put.error());
  }
}

void Registry::answer_to(const transport::Message& message) {
  link_.catch_up();
  auto reply = answer(
      {*store_, link_.signer(), link_.operators(), link_.clock(), options_.collectives, policies_,
       [this](const std::string& identity) { return link_.bans().banned(identity).has_value(); },
       link_.collective(), &signatures_, options_.fleet,
       [this](const std::string& ca) { return link_.nodes().trusts(ca); }},
      message.topic, message.payload);
  if (!reply) return refuse("question", message.topic, reply.error());
  auto& sealed = *reply;
  if (!sealed) return;
  if (auto sent = link_.bus().publish(sealed->topic, std::move(sealed->payload),
                                      {.expiry_s = sealed->ttl_s});
      !sent)
    log::warning("cannot send the registry's answer", {{"why", sent.error().message}});
}

void Registry::tidy_when_due() {
  const auto now = link_.clock().steady();
  if (now - tidied_ < kTidyEvery) return;
  tidied_ = now;
  losses_.review();
  signatures_.tidy(link_.clock().unix_ms());
  if (auto tidied = store_->tidy(); !tidied)
    log::error("cannot tidy the registry", {{"why", tidied.error().message}});
}

// Now and then for each writer: who floods us must not fill the log.
void Registry::refuse(const char* what, const std::string& topic, const Error& why) {
  ++refused_;
  if (log_.pass(topics::writer(topic)))
    log::warning("the registry refused a message", {{"kind", what},
                                                    {"topic", topic},
                                                    {"why", why.message},
                                                    {"refused", std::to_string(refused_)}});
}

}  // namespace muster::registry
