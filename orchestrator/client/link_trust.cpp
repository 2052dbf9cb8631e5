// What a link learns below trust/: which roots follow ours, Puppet CAs, revocation lists, bans.
#include <fmt/format.h>

#include <utility>

#include "orchestrator/admission/statement_number.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_background.hpp"
#include "orchestrator/client/revocations.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

// Of one topic.
constexpr base::Throttle::Rate kRefusedTrustLines{
    .burst = 1, .every = std::chrono::milliseconds(60'000), .names_max = 1'024};

// By the fastest clock that there may be.
std::int64_t fastest_ms(const base::Clock& clock) {
  return clock.unix_ms() + admission::kClocksDifferMax.count();
}

}  // namespace

Status Link::room_for(const admission::Endorsement& endorsement) const {
  if (!endorsement.withdrawn && !nodes_.trusts(endorsement.fingerprint()) &&
      nodes_.anchors().size() >= security::kAnchorsMax)
    return fail(Errc::limit, fmt::format("{} CAs are trusted already, which is the limit",
                                         security::kAnchorsMax));
  return endorsements_.room_for(endorsement);
}

Result<bool> Link::take_endorsement(const admission::Endorsement& endorsement) {
  const auto fingerprint = endorsement.fingerprint();
  // Or it would be remembered, and signed anew, without being trusted.
  MUSTER_TRY(room_for(endorsement));
  MUSTER_ASSIGN(const bool is_new, endorsements_.take(endorsement));
  if (!is_new) return false;
  if (endorsement.withdrawn)
    nodes_.remove(fingerprint);
  else
    MUSTER_TRY(nodes_.add(endorsement.certificate));
  endorsements_.forget_issuers();
  return true;
}

Result<bool> Link::believe(const admission::Endorsement& endorsement) {
  bool makes_room = false;
  {
    const std::lock_guard lock(background_->believing);
    makes_room = endorsement.withdrawn && nodes_.trusts(endorsement.fingerprint());
    MUSTER_ASSIGN(const bool is_new, take_endorsement(endorsement));
    if (!is_new) return false;
  }
  // It may have been revoked since the signature was verified: then nobody else will look.
  if (operators_.revoked(endorsement.signer_serial)) end_endorsements();
  on_new_ca().emit();
  if (makes_room) judge_again();
  return true;
}

// As hear_trust() first heard them: nothing else has judged them meanwhile.
void Link::judge_again() {
  if (!background_->trust) return;
  for (auto& message : background_->later.take_all()) {
    const auto line = line_of(message.topic);
    const auto bytes = message.payload.size();
    background_->trust->post(line, std::move(message), bytes);
  }
}

void Link::bind(const std::string& name, const std::string& ca_fingerprint) {
  if (endorsements_.bind(name, ca_fingerprint)) on_new_ca().emit();
}

Result<bool> Link::take(const x509::RevocationList& list) {
  MUSTER_ASSIGN(const bool is_new, operators_.take(list));
  if (is_new) revocations_changed();
  return is_new;
}

void Link::revocations_changed() {
  end_endorsements();
  judge_again();
  tell_if_revoked_ourselves();
  on_fewer_believed().emit();
}

void Link::end_endorsements() {
  const auto revoked = [this](const std::string& serial) {
    return operators_.revoked(serial).has_value();
  };
  const std::lock_guard lock(background_->believing);
  for (const auto& ended : endorsements_.end_of(revoked)) {
    nodes_.remove(ended.fingerprint());
    log::error(
        "a Puppet CA is not trusted any more: the certificate of the orchestrator that endorsed it "
        "last was revoked. If the CA is yours: 'muster trust add'",
        {{"ca", ended.certificate.subject()},
         {"fingerprint", ended.fingerprint()},
         {"master", ended.master},
         {"endorsed_by", ended.endorsed_by}});
  }
}

void Link::tell_if_revoked_ourselves() const {
  const auto& own = signer_.chain();
  if (own.empty()) return;
  if (const auto revoked = operators_.revoked(own.front().serial_hex()))
    log::error("our own certificate is of no use any more: nobody believes what it signs",
               {{"name", caller()}, {"why", revoked->text()}});
}

Result<bool> Link::take(const Ban& ban) {
  MUSTER_ASSIGN(const bool is_new, bans_.take(ban));
  if (!is_new) return false;
  if (ban.banned)
    on_fewer_believed().emit();
  else
    on_new_ca().emit();  // what was refused may be believed now
  return true;
}

Result<bool> Link::take_root_statement(std::string_view message) {
  if (!roots_) return fail(Errc::aborted, "nothing is learnt about roots here");
  MUSTER_ASSIGN(const auto changed, roots_->take(message));
  if (!changed) return false;
  MUSTER_TRY(roots_->sync(operators_));
  background_->new_roots.emit();
  on_new_ca().emit();
  return true;
}

// False: it is no entry that is kept, whatever came of it. What came under this root before it was known is learnt now: messages
// of several kinds are not judged in the order of the bus.
Result<bool> Link::learn_root(const transport::Message& message) {
  MUSTER_ASSIGN(const bool changed, take_root_statement(message.payload));
  if (!changed) return false;
  for (const auto& [topic, list] : std::exchange(background_->of_unknown_roots, {})) {
    if (const auto learnt = learn_list(list); !learnt)
      log::warning("a revocation list was refused",
                   {{"topic", topic}, {"reason", learnt.error().message}});
  }
  return false;
}

// That it stands on the bus is told before it counts: who keeps lists there must not publish it once more.
Status Link::learn_list(const transport::Message& message) {
  if (roots_ && !operators_.trusts(std::string(topics::last_level(message.topic)))) {
    auto& waiting = background_->of_unknown_roots;
    if (waiting.size() < kListsOfUnknownRootsMax) waiting.insert_or_assign(message.topic, message);
    return {};
  }
  MUSTER_ASSIGN(const auto list, read_revocations(message.topic, message.payload, operators_));
  MUSTER_ASSIGN(const bool is_new, operators_.take(list));
  if (!is_new) return {};
  background_->tell_learnt(message);
  revocations_changed();
  return {};
}

// A number that counts by a slightly faster clock, but not yet by ours, is judged again later.
Status Link::judge_number(std::uint64_t number, const std::string& signer,
                          const transport::Message& message) {
  auto judged = admission::check_number(number, clock().unix_ms());
  if (!judged) static_cast<void>(background_->later.keep(signer, message));
  return judged;
}

Result<bool> Link::learn_ban(const transport::Message& message) {
  MUSTER_ASSIGN(const auto ban,
                read_ban(message.topic, message.payload, operators_, fastest_ms(clock())));
  MUSTER_TRY(judge_number(ban.number, ban.signer_serial, message));
  return take(ban);
}

// What exceeds a limit now may not do so later, and its signer does not say it again before tomorrow.
Result<bool> Link::learn_endorsement(const transport::Message& message) {
  MUSTER_ASSIGN(const auto endorsement,
                read_trusted_ca(message.topic, message.payload, operators_, fastest_ms(clock())));
  MUSTER_TRY(judge_number(endorsement.number, endorsement.signer_serial, message));
  auto believed = believe(endorsement);
  if (!believed && believed.error().code == Errc::limit)
    static_cast<void>(background_->later.keep(endorsement.signer_serial, message));
  return believed;
}

// Whether an endorsement or a ban is new, which is to be told. A cleared topic says nothing.
Result<bool> Link::learn(const transport::Message& message) {
  if (message.payload.empty()) return false;
  const auto what = topics::trust_kind(message.topic);
  if (what == "root") return learn_root(message);
  if (what == "revoked") {
    MUSTER_TRY(learn_list(message));
    return false;
  }
  if (what == "banned") return learn_ban(message);
  return learn_endorsement(message);
}

void Link::hear_trust(const transport::Message& message, base::Throttle& lines) {
  const auto is_new = learn(message);
  // Of what exceeds a limit one line tells, however many topics there are.
  const bool tells =
      !is_new && lines.pass(is_new.error().code == Errc::limit ? "limit" : message.topic);
  if (tells)
    log::warning("a message about whom to believe was refused",
                 {{"topic", message.topic}, {"reason", is_new.error().message}});
  if (is_new && *is_new) background_->tell_learnt(message);
}

void Link::Background::tell_learnt(const transport::Message& message) {
  const base::Locked handler(on_learnt);
  if (*handler) (*handler)(message);
}

// Who may write below trust/ could fill the queue: not the places of our own roots' lists.
std::string Link::line_of(const std::string& topic) const {
  const std::string what(topics::trust_kind(topic));
  const std::string root(topics::last_level(topic));
  return what == "revoked" ? (operators_.trusts(root) ? root : "lists of unknown roots") : what;
}

Status Link::learn_below(const std::string& collective) {
  const auto hear = [this, trust = background_->trust](transport::Message message) {
    const auto line = line_of(message.topic);
    const auto bytes = message.payload.size();
    trust->post(line, std::move(message), bytes);
  };
  std::vector<std::string> filters{topics::revocations(collective, "+"),
                                   topics::ban(collective, "+"),
                                   topics::trusted_ca(collective, "+")};
  // The roots first: CAs may be endorsed by orchestrators of a root that follows ours.
  if (roots_) filters.insert(filters.begin(), topics::root_statement(collective, "+", "+"));
  MUSTER_ASSIGN(auto heard, bus().subscribe_all(filters, transport::Qos::at_least_once, hear));
  std::move(heard.begin(), heard.end(), std::back_inserter(background_->trust_heard));
  return {};
}

Status Link::learn_trust(const std::string& home) {
  const auto lines = std::make_shared<base::Throttle>(clock(), kRefusedTrustLines);
  background_->trust = std::make_shared<Worker<transport::Message>>(
      "trust", kTrustQueue,
      [this, lines](const transport::Message& message) { hear_trust(message, *lines); });
  if (!home.empty() && home != collective()) MUSTER_TRY(learn_below(home));
  return learn_below(collective());
}

void Link::on_learnt(LearntHandler handler) {
  *base::Locked(background_->on_learnt) = std::move(handler);
}

Status Link::Background::hear_start(Link& link, std::chrono::milliseconds patience) {
  {
    base::Locked its(start);
    if (!its.wait_for(start_free, patience, [&] { return !its->asked; }))
      return fail(Errc::timeout, "the broker does not answer");
    if (its->heard) return {};
    its->asked = true;
  }
  auto passed = link.echo(patience);
  *base::Locked(start) = {.asked = false, .heard = static_cast<bool>(passed)};
  start_free.notify_all();
  return passed;
}

Status Link::wait_trust(std::chrono::milliseconds patience) {
  if (!background_->trust) return {};
  MUSTER_TRY(background_->hear_start(*this, patience));
  if (background_->trust->drain(patience)) return {};
  return fail(Errc::timeout, "the Puppet CAs of the bus were not all verified in time");
}

void Link::catch_up() {
  if (background_->trust) static_cast<void>(background_->trust->drain(kTrustPatience));
}

}  // namespace muster::client
