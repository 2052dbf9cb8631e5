#include "orchestrator/provision/live/join_desk.hpp"

#include "orchestrator/admission/judge.hpp"
#include "orchestrator/admission/master_grant.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/log.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/join.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

constexpr std::uint32_t kAnswerExpiryS = 60;  // who has not heard it by then announces itself anew

}  // namespace

JoinDesk::JoinDesk(client::Link& link, client::Fleet& fleet, TokenLedger& ledger,
                   CaQuestions& questions, InstanceGone* gone,
                   std::function<admission::Rules()> rules, Handlers handlers)
    : link_(link),
      fleet_(fleet),
      ledger_(ledger),
      questions_(questions),
      gone_(gone),
      rules_(std::move(rules)),
      handlers_(std::move(handlers)),
      answers_(link.clock(), kRefusedAnswers),
      records_(link.clock(), kRefusedRecords),
      lines_(link.clock(), kUnreadableLines),
      waiting_(link.clock()) {}

void JoinDesk::judge(const std::string& topic_client_id, std::string_view message) {
  auto opened = admission::open_announcement(topic_client_id, message, link_.nodes());
  if (!opened) {
    if (const auto others = lines_.pass("unreadable"))
      log::warning("announcement refused",
                   {{"why", opened.error().message}, {"others", std::to_string(*others)}});
    return;
  }
  link_.catch_up();
  auto applicant =
      admission::identify(*opened, link_.operators().anchors_of(security::Root::operators),
                          link_.nodes(), link_.clock().unix_ms());
  if (!applicant) return refuse_stranger(opened->announce, applicant.error().message);
  if (const auto revoked = link_.operators().revoked(applicant->issuer_serial))
    return refuse_stranger(opened->announce,
                           "the issuer of its token is worth nothing: " + revoked->text());
  if (applicant->ca)
    applicant->ca->trusted = is_endorsed(applicant->ca->certificate, applicant->identity);
  const auto announced =
      std::make_shared<const Announced>(Announced{*std::move(opened), *std::move(applicant)});
  if (const auto ban = link_.bans().banned(announced->applicant.identity))
    return refuse(*announced, ban->text());
  decide(announced, std::nullopt);
}

void JoinDesk::judge_again(const std::string& identity) {
  if (const auto announced = waiting_.find(identity)) decide(announced, std::nullopt);
}

bool JoinDesk::waits(const std::string& identity) const {
  return waiting_.find(identity) != nullptr;
}

TokenLedger::User JoinDesk::user_of(const admission::Applicant& applicant) const {
  return {applicant.identity, applicant.key_fingerprint,
          applicant.ca ? applicant.ca->certificate.fingerprint() : ""};
}

admission::Case JoinDesk::case_of(const Announced& announced, Answers answers) const {
  admission::Case it{announced.applicant, {}, {}, rules_(), link_.clock().unix_ms()};
  const auto& identity = it.applicant.identity;
  it.standing = ledger_.standing(it.applicant.token, user_of(it.applicant));
  if (const auto record = handlers_.record_of(identity))
    it.name.record = admission::NameRecord{
        record->state,           record->master,
        record->key_fingerprint, record->started_at_ms,
        record->approval,        link_.endorsements().identity_of(record->ca_fingerprint)};
  if (auto& old = it.applicant.old)
    old->ca_fingerprint = link_.endorsements().identity_of(old->ca_fingerprint);
  if (const auto member = fleet_.find(identity))
    it.name.member =
        admission::OnlineMember{member->ca_fingerprint, member->certificate_fingerprint};
  it.name.answers = std::move(answers);
  return it;
}

void JoinDesk::decide(const std::shared_ptr<const Announced>& announced, Answers answers,
                      std::optional<bool> instance_gone) {
  auto it = case_of(*announced, std::move(answers));
  it.name.instance_gone = instance_gone.value_or(false);
  const auto verdict = admission::judge(it);
  switch (verdict.decision) {
    case admission::Decision::ask:
      return questions_.ask(announced->applicant.token.id, announced->applicant.identity,
                            [this, announced](std::vector<admission::CaAnswer> told) {
                              decide(announced, std::move(told));
                            });
    case admission::Decision::admit:
      return admit(*announced, verdict);
    case admission::Decision::wait:
      if (!instance_gone && ask_provider(announced, it)) return;
      return keep_waiting(announced, verdict.reason);
    case admission::Decision::refuse:
      return refuse(*announced, verdict.reason);
  }
}

bool JoinDesk::ask_provider(const std::shared_ptr<const Announced>& announced,
                            const admission::Case& it) {
  // Who is on the bus is not gone, whatever a provider's list says.
  if (gone_ == nullptr || it.name.member || it.applicant.master()) return false;
  const auto& identity = it.applicant.identity;
  const auto record = handlers_.record_of(identity);
  const auto& facts = announced->opened.announce.facts;
  Value question{
      {"name", identity},
      {"held_address", record ? record->address : ""},
      {"held_since", record ? base::iso8601(record->started_at_ms) : ""},
      {"asking", {{"address", it.applicant.address}, {"facts", facts.value_or(Value::object())}}}};
  gone_->ask(identity, std::move(question),
             [this, announced, answers = it.name.answers](bool gone) {
               decide(announced, answers, gone);
             });
  return true;
}

void JoinDesk::admit(const Announced& announced, const admission::Verdict& verdict) {
  const auto& applicant = announced.applicant;
  const auto& announce = announced.opened.announce;
  if (verdict.counts)
    if (auto used = ledger_.use(applicant.token, user_of(applicant), verdict.further); !used)
      return refuse(announced, used.error().message);
  if (applicant.master())
    if (auto endorsed = endorse(applicant); !endorsed)
      return refuse(announced, endorsed.error().message);
  waiting_.leave(applicant.identity, applicant.key_fingerprint);
  messages::JoinAnswer out;
  out.accepted = true;
  out.member = applicant.master();
  answer(announce, out);
  if (applicant.master()) return;
  handlers_.on_joiner({applicant.identity,
                       {announce.client_id, announced.opened.public_key},
                       announce.facts.value_or(Value::object()),
                       applicant.key_fingerprint,
                       applicant.address,
                       {applicant.token.extensions, applicant.alternative_names},
                       applicant.token.id});
}

Status JoinDesk::endorse(const admission::Applicant& applicant) {
  const auto& ca = applicant.ca->certificate;
  MUSTER_TRY(link_.settle());
  if (is_endorsed(ca, applicant.identity)) return {};
  const auto grant = admission::grant_of(applicant.token);
  client::Endorsement offered{.certificate = ca,
                              .master = applicant.identity,
                              .patterns = grant.patterns,
                              .facts = grant.facts,
                              .offered_by = applicant.identity};
  MUSTER_TRY(
      admission::may_be_endorsed(offered, link_.endorsements().all(), link_.clock().unix_ms()));
  const auto endorsed = client::publish_trusted_ca(link_, std::move(offered));
  if (!endorsed) return fail(endorsed.error());
  log::info("endorsed a Puppet CA", {{"ca", ca.subject()}, {"master", applicant.identity}});
  return {};
}

bool JoinDesk::is_endorsed(const x509::Certificate& ca, const std::string& master) const {
  const auto known = link_.endorsements().find(ca.fingerprint());
  return known && known->master == master &&
         admission::still_counts(*known, link_.clock().unix_ms());
}

void JoinDesk::refuse(const Announced& announced, const std::string& reason) {
  const auto& identity = announced.applicant.identity;
  const auto& token = announced.applicant.token.id;
  waiting_.leave(identity, announced.applicant.key_fingerprint);
  const auto others = answers_.pass(token);
  if (!others) return;
  log::warning("refused a node",
               {{"node", identity}, {"why", reason}, {"others", std::to_string(*others)}});
  messages::JoinAnswer out;
  out.reason = reason;
  answer(announced.opened.announce, out);
  if (records_.pass(token)) handlers_.on_refused(identity, reason);
}

// Its token proves nothing, so it may be anybody: told, all of them together at a limited rate, and
// no record is made of it.
void JoinDesk::refuse_stranger(const messages::JoinAnnounce& announce, const std::string& reason) {
  const auto others = answers_.pass();
  if (!others) return;
  log::warning("announcement refused",
               {{"node", announce.identity}, {"why", reason}, {"others", std::to_string(*others)}});
  messages::JoinAnswer out;
  out.reason = reason;
  answer(announce, out);
}

void JoinDesk::keep_waiting(const std::shared_ptr<const Announced>& announced,
                            const std::string& reason) {
  const auto& applicant = announced->applicant;
  switch (waiting_.take(announced)) {
    case WaitingRoom::Place::taken:
      if (!is_shown_waiting(applicant)) handlers_.on_waiting(applicant, reason);
      return tell_waiting(*announced, reason);
    case WaitingRoom::Place::behind:
      if (lines_.pass("behind another"))
        log::warning("a second machine asks for a name that one waits for already",
                     {{"node", applicant.identity}, {"address", applicant.address}});
      return tell_waiting(*announced, "another machine waits for the name " + applicant.identity +
                                          " already; see 'muster provision show " +
                                          applicant.identity + "'");
    case WaitingRoom::Place::full:
      if (lines_.pass("full"))
        log::error("too many machines wait for an operator; one is left out",
                   {{"node", applicant.identity}, {"limit", std::to_string(kWaitingMax)}});
  }
}

void JoinDesk::tell_waiting(const Announced& announced, const std::string& reason) {
  if (!answers_.pass(announced.applicant.token.id)) return;
  messages::JoinAnswer out;
  out.waiting = true;
  out.reason = reason;
  answer(announced.opened.announce, out);
}

bool JoinDesk::is_shown_waiting(const admission::Applicant& applicant) const {
  const auto record = handlers_.record_of(applicant.identity);
  return record && record->claim && record->claim->key_fingerprint == applicant.key_fingerprint;
}

void JoinDesk::answer(const messages::JoinAnnounce& announce, messages::JoinAnswer& out) {
  out.client_id = announce.client_id;
  out.nonce = announce.nonce;
  out.sent_at_ms = link_.clock().unix_ms();
  auto sealed = link_.signer().seal(envelope::Kind::join_answer, out.encode());
  if (!sealed) return log::error("cannot sign a join answer", {{"why", sealed.error().message}});
  if (auto sent = link_.bus().publish(transport::topics::join_down(announce.client_id),
                                      std::move(*sealed), {.expiry_s = kAnswerExpiryS});
      !sent)
    log::warning("cannot answer a node",
                 {{"node", announce.identity}, {"why", sent.error().message}});
}

}  // namespace muster::provision
