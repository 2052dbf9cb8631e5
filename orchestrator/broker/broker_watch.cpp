#include "orchestrator/broker/broker_watch.hpp"

#include <utility>

#include "orchestrator/broker/access_of_banned.hpp"
#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/transport/topics.hpp"

namespace muster::broker {
namespace {

namespace topics = transport::topics;

constexpr std::size_t kNamesTold = 1'024;  // masters and CAs whose last line in the log is known
constexpr std::size_t kWriterLevel =
    5;  // of muster/v1/<c>/trust/<kind>/…: the CA's fingerprint, or the master

constexpr base::Throttle::Rate kComplaintRate{
    .burst = 1,
    .every = std::chrono::duration_cast<std::chrono::milliseconds>(kComplainAgain),
    .names_max = kNamesTold};
constexpr base::Throttle::Rate kRefusalRate{
    .burst = 5, .every = std::chrono::minutes(10), .names_max = kNamesTold};

std::string writer_of(const transport::Message& message) {
  return std::string(topics::level(message.topic, kWriterLevel).value_or(""));
}

}  // namespace

BrokerWatch::BrokerWatch(transport::Bus& bus, std::string collective, const BrokerFolder& folder,
                         Ways ways, const base::Clock& clock)
    : bus_(bus),
      // Those of a link over the same bus: one that overlaps them without being equal would be refused.
      ca_filter_(topics::trusted_ca(collective, "+")),
      piece_filter_(topics::revocation_piece(collective, "+", "+")),
      root_list_filter_(topics::revocations(collective, "+")),
      ways_(std::move(ways)),
      clock_(clock),
      folder_(folder),
      capath_(folder.capath()),
      lists_(folder, clock),
      complaints_(clock, kComplaintRate),
      refusals_(clock, kRefusalRate) {}

BrokerWatch::~BrokerWatch() {
  base::Locked(heard_)->clear();  // no handler pushes any more
  queue_.close();
  if (worker_.joinable()) worker_.join();
}

Status BrokerWatch::start() {
  MUSTER_TRY(lists_.load());
  worker_ = std::thread([this] { work(); });
  MUSTER_TRY(subscribe(root_list_filter_));
  return subscribe(ca_filter_);
}

Status BrokerWatch::subscribe(const std::string& filter) {
  MUSTER_ASSIGN(
      auto heard,
      bus_.subscribe(filter, transport::Qos::at_least_once, [this](transport::Message message) {
        const auto bytes = message.payload.size();
        const auto writer = writer_of(message);
        static_cast<void>(queue_.push(writer, std::move(message), bytes));
      }));
  (*base::Locked(heard_))[filter] = std::move(heard);
  return {};
}

void BrokerWatch::work() {
  base::name_thread("broker watch");
  apply_at_ = clock_.steady() + kBatchPause;
  while (!queue_.closed()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(apply_at_ - clock_.steady());
    if (left.count() <= 0) {
      apply();
      ++looks_;
      apply_at_ = clock_.steady() +
                  (reload_due_ ? std::min(kReloadPause, ways_.look_again) : ways_.look_again);
    } else if (const auto message = queue_.pop_for(left)) {
      take(*message);
    }
  }
}

void BrokerWatch::look_soon() {
  static_cast<void>(queue_.push("", transport::Message{}, 0));
}

std::vector<std::string> BrokerWatch::roots_told() const {
  return *base::Locked(roots_told_);
}

void BrokerWatch::apply_soon() {
  news_ = true;
  apply_at_ = std::min(apply_at_, clock_.steady() + kBatchPause);
}

void BrokerWatch::take(const transport::Message& message) {
  if (message.topic.empty()) return apply_soon();
  // A cleared topic says nothing: anybody's last will could have done it, and it carries no
  // signature.
  if (message.payload.empty()) return;
  const auto kind = topics::trust_kind(message.topic);
  if (kind == "crl" || kind == "revoked") return take_list(message, kind == "revoked");
  take_ca(message);
}

void BrokerWatch::take_ca(const transport::Message& message) {
  const auto endorsement = ways_.read_ca(message.topic, message.payload);
  if (!endorsement)
    return log::warning("a CA endorsement is not believed",
                        {{"topic", message.topic}, {"reason", endorsement.error().message}});
  const auto known = believed_.find(endorsement->fingerprint());
  if (known != believed_.end() && !admission::replaces(*endorsement, known->second.endorsement))
    return;
  believed_.insert_or_assign(endorsement->fingerprint(), Believed{*endorsement, message});
  to_follow_.insert_or_assign(endorsement->fingerprint(), *endorsement);
  apply_soon();
}

void BrokerWatch::take_list(const transport::Message& message, bool of_root) {
  const auto changed = [&]() -> Result<bool> {
    if (of_root) return lists_.take_root_list(message.payload);
    MUSTER_ASSIGN(const auto delivered, ways_.read_piece(message.topic, message.payload));
    return lists_.take_piece(delivered);
  }();
  if (changed && *changed) apply_soon();
  if (changed) return;
  if (const auto left_out = refusals_.pass(writer_of(message)))
    log::warning("a revocation list is not believed", {{"topic", message.topic},
                                                       {"reason", changed.error().message},
                                                       {"others", std::to_string(*left_out)}});
}

std::vector<x509::Certificate> BrokerWatch::wanted() const {
  std::vector<x509::Certificate> cas;
  for (const auto& ca : capath_.all()) {
    const auto change = to_follow_.find(ca.fingerprint());
    if (change == to_follow_.end()) cas.push_back(ca);
  }
  for (const auto& [fingerprint, endorsement] : to_follow_)
    if (!endorsement.withdrawn) cas.push_back(endorsement.certificate);
  return cas;
}

void BrokerWatch::judge_anew() {
  for (auto& [fingerprint, believed] : believed_) {
    if (believed.endorsement.withdrawn) continue;
    const auto still = ways_.read_ca(believed.message.topic, believed.message.payload);
    if (still || still.error().code != Errc::refused) continue;
    log::warning(
        "the endorsement of a CA has ended",
        {{"ca", believed.endorsement.certificate.subject()}, {"reason", still.error().message}});
    believed.endorsement.withdrawn = true;
    to_follow_.insert_or_assign(fingerprint, believed.endorsement);
  }
}

// A broker keeps a root that it has used in memory, so one that has gone needs a reload, as a new list does.
void BrokerWatch::follow_roots() {
  if (!ways_.roots) return;
  const auto changed = lists_.follow_roots(ways_.roots());
  if (!changed)
    return log::error("the broker's folders of roots could not be changed",
                      {{"reason", changed.error().message}});
  if (!*changed) return;
  reload_due_ = true;
  log::info("the broker obeys other roots", {{"folder", capath_.folder().parent_path().string()}});
}

void BrokerWatch::follow_bans() {
  if (!ways_.bans) return;
  const auto known = ways_.bans();
  const auto changed = deny_banned(folder_, known);
  if (!changed)
    return log::error("the broker does not know who is banned",
                      {{"reason", changed.error().message}});
  if (!*changed) return;
  reload_due_ = true;
  log::info(
      "the broker's access lists name the banned nodes",
      {{"nodes", std::to_string(known.banned.size())}, {"folder", folder_.access().string()}});
}

void BrokerWatch::apply() {
  judge_anew();
  follow_roots();
  follow_bans();
  const auto cas = wanted();
  for (const auto& why : lists_.take_local(cas))
    if (refusals_.pass(why)) log::warning("a revocation list cannot be read", {{"reason", why}});
  const auto changed = lists_.write(cas);
  if (!changed && reload_due_) reload();  // bans and roots do not wait for lists
  if (!changed)
    return log::error("the broker's revocation lists could not be written; new CAs wait for them",
                      {{"reason", changed.error().message}});
  reload_due_ = reload_due_ || *changed;
  follow_all();
  if (reload_due_) reload();
  // Not while something comes: a new CA's list is a moment behind it.
  if (!std::exchange(news_, false)) complain(cas);
}

// What came of a list before its CA was known was not believed: subscribing again brings what is retained again.
void BrokerWatch::follow_all() {
  bool lists_wanted = false;
  for (const auto& [fingerprint, endorsement] : to_follow_) {
    follow(endorsement);
    lists_wanted = lists_wanted || !endorsement.withdrawn;
  }
  to_follow_.clear();
  if (!lists_wanted) return;
  if (const auto heard = subscribe(piece_filter_); !heard)
    log::error("masters' revocation lists are not heard", {{"reason", heard.error().message}});
}

void BrokerWatch::follow(const admission::Endorsement& endorsement) {
  const auto& ca = endorsement.certificate;
  const auto changed = endorsement.withdrawn ? capath_.remove(ca) : capath_.add(ca);
  if (!changed)
    return log::error("the broker's folder of CAs could not be changed",
                      {{"ca", ca.subject()}, {"reason", changed.error().message}});
  if (!*changed) return;
  if (endorsement.withdrawn) {
    reload_due_ = true;  // the broker remembers a CA that it has used
    return log::info("nodes of a withdrawn CA may connect no more",
                     {{"ca", ca.subject()}, {"folder", capath_.folder().string()}});
  }
  ++written_;
  log::info("a new CA is trusted", {{"ca", ca.subject()}, {"folder", capath_.folder().string()}});
}

void BrokerWatch::reload() {
  const auto done = ways_.reload();
  if (done) {
    reload_due_ = false;
    ++reloads_;
    *base::Locked(roots_told_) = lists_.ready_roots();
    return log::info("the broker has been told",
                     {{"folder", capath_.folder().parent_path().string()}});
  }
  if (complaints_.pass("reload " + done.error().message))
    log::error("the broker could not be told of new revocation lists; tried again",
               {{"reason", done.error().message}});
}

void BrokerWatch::complain(const std::vector<x509::Certificate>& cas) {
  for (const auto& complaint : lists_.complaints(cas))
    if (complaints_.pass(complaint.ca.fingerprint() + complaint.what))
      log::warning("a CA's revocation list",
                   {{"ca", complaint.ca.subject()}, {"state", complaint.what}});
}

}  // namespace muster::broker
