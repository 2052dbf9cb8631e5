#include "orchestrator/provision/join_desk.hpp"

#include <utility>

#include "orchestrator/admission/judge.hpp"
#include "orchestrator/admission/token_rule.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

using admission::Decision;

TokenUser user_of(const admission::Applicant& applicant) {
  return {applicant.identity, applicant.key_fingerprint,
          applicant.ca ? applicant.ca->certificate.fingerprint() : ""};
}

Joiner joiner_of(const Announced& announced) {
  const auto& applicant = announced.applicant;
  const auto& announce = announced.opened.announce;
  return {applicant.identity,
          {announce.client_id, announced.opened.public_key},
          announce.facts.value_or(Value::object()),
          applicant.key_fingerprint,
          applicant.address,
          {applicant.token.extensions, applicant.alternative_names},
          applicant.token.id};
}

}  // namespace

JoinDesk::JoinDesk(JoinZone& zone, TokenLedger& ledger, loop::Waits& waits)
    : zone_(zone),
      ledger_(ledger),
      waits_(waits),
      clock_(waits.timers().clock()),
      answers_(clock_, kRefusedAnswers),
      records_(clock_, kRefusedRecords),
      lines_(clock_, kUnreadableLines),
      waiting_(clock_) {}

void JoinDesk::judge(std::string client_id, std::string message, std::function<void()> examined) {
  stories_.begin(hear(std::move(client_id), std::move(message), std::move(examined)));
}

void JoinDesk::judge_again(const std::string& identity) {
  const auto [at, is_first] = again_.try_emplace(identity, false);
  if (is_first)
    stories_.begin(decide_again(identity));
  else
    at->second = true;
}

void JoinDesk::judge_distrusted() {
  for (const auto& identity : waiting_.names()) {
    const auto announced = waiting_.find(identity);
    if (announced && zone_.distrust(announced->applicant)) judge_again(identity);
  }
}

loop::Task<Status> JoinDesk::hear(std::string client_id, std::string message,
                                  std::function<void()> examined) {
  auto examining = zone_.examine(std::move(client_id), std::move(message));
  auto found = co_await examining;
  examined();
  if (waits_.stopping()) co_return Status{};
  if (!found) {
    if (const auto others = lines_.pass("unreadable"))
      log::warning("announcement refused",
                   {{"why", found.error().message}, {"others", std::to_string(*others)}});
    co_return Status{};
  }
  if (!found->applicant) {
    refuse_stranger(found->opened.announce, found->applicant.error().message);
    co_return Status{};
  }
  const auto announced = std::make_shared<const Announced>(
      Announced{std::move(found->opened), *std::move(found->applicant)});
  auto deciding = decide(announced);
  co_return co_await deciding;
}

loop::Task<Status> JoinDesk::decide_again(std::string identity) {
  do {
    again_[identity] = false;
    if (const auto announced = waiting_.find(identity)) {
      auto deciding = decide(announced);
      co_await deciding;
    }
  } while (again_[identity] && !waits_.stopping());
  again_.erase(identity);
  co_return Status{};
}

loop::Task<Status> JoinDesk::decide(AnnouncedPtr announced) {
  auto judging = verdict_of(announced);
  const auto verdict = co_await judging;
  if (!verdict) co_return Status{};  // it announces itself again
  switch (verdict->decision) {
    case Decision::admit: {
      auto admitting = admit(announced, *verdict);
      co_return co_await admitting;
    }
    case Decision::wait:
    case Decision::ask:
      keep_waiting(announced, verdict->reason);
      break;
    case Decision::refuse:
      refuse(*announced, verdict->reason);
      break;
  }
  co_return Status{};
}

loop::Task<std::optional<admission::Verdict>> JoinDesk::verdict_of(AnnouncedPtr announced) {
  using Found = std::optional<admission::Verdict>;
  const auto& applicant = announced->applicant;
  for (Told told;;) {
    if (waits_.stopping()) co_return Found();
    // Also whoever was banned while others were asked.
    if (const auto why = outlaw(applicant))
      co_return Found(admission::Verdict{.decision = Decision::refuse, .reason = *why});
    auto verdict = admission::judge(case_of(*announced, told));
    if (verdict.decision == Decision::ask && !told.answers) {
      auto asking = zone_.ask_cas(applicant.token.id, applicant.identity);
      told.answers = co_await asking;
      if (!told.answers) co_return Found();
    } else if (verdict.decision == Decision::wait && may_know_better(*announced, told)) {
      auto asking =
          zone_.ask_provider(applicant.token.id, applicant.identity, question_about(*announced));
      const auto word = co_await asking;
      if (!word && word.error().code != Errc::limit) co_return Found();
      told.instance_gone = word.value_or(false);
      if (!word) told.unasked = "; " + word.error().message;
    } else if (verdict.decision == Decision::admit && !verdict.counts &&
               ledger_.is_telling(applicant.token.id, applicant.identity)) {
      // It counts by a use that is not on disk yet, and may be taken back.
      auto telling = ledger_.until_told(applicant.token.id, applicant.identity);
      if (const auto ended = co_await telling; !ended) co_return Found();
    } else {
      if (verdict.decision == Decision::wait) verdict.reason += told.unasked;
      co_return Found(std::move(verdict));
    }
  }
}

admission::Case JoinDesk::case_of(const Announced& announced, const Told& told) const {
  admission::Case it{announced.applicant, {}, {}, zone_.rules(), now_ms()};
  const auto& identity = it.applicant.identity;
  it.standing = ledger_.standing(it.applicant.token, user_of(it.applicant));
  if (const auto record = zone_.record(identity))
    it.name.record = admission::NameRecord{
        record->state,         record->master,   record->key_fingerprint,
        record->started_at_ms, record->approval, zone_.identity_of_ca(record->ca_fingerprint)};
  if (auto& old = it.applicant.old) old->ca_fingerprint = zone_.identity_of_ca(old->ca_fingerprint);
  it.name.member = zone_.member(identity);
  it.name.answers = told.answers;
  it.name.instance_gone = told.instance_gone.value_or(false);
  return it;
}

// Who is on the bus is not gone, whatever a provider's list says.
bool JoinDesk::may_know_better(const Announced& announced, const Told& told) const {
  return !told.instance_gone && zone_.has_provider() && !announced.applicant.master() &&
         !zone_.member(announced.applicant.identity);
}

Value JoinDesk::question_about(const Announced& announced) const {
  const auto& applicant = announced.applicant;
  const auto record = zone_.record(applicant.identity);
  const auto& facts = announced.opened.announce.facts;
  return {{"name", applicant.identity},
          {"held_address", record ? record->address : ""},
          {"held_since", record ? base::iso8601(record->started_at_ms) : ""},
          {"asking", {{"address", applicant.address}, {"facts", facts.value_or(Value::object())}}}};
}

std::optional<std::string> JoinDesk::outlaw(const admission::Applicant& applicant) const {
  if (auto ban = zone_.ban(applicant.identity)) return ban;
  return zone_.distrust(applicant);
}

// Why it is out now, whatever the verdict was: writing down a use takes its time.
std::optional<std::string> JoinDesk::is_out(const Announced& announced) const {
  const auto& applicant = announced.applicant;
  if (auto why = outlaw(applicant)) return why;
  const auto standing = ledger_.standing(applicant.token, user_of(applicant));
  const auto good = admission::token_is_not_revoked(applicant.token.id, standing);
  return good ? std::nullopt : std::optional(good.error().message);
}

loop::Task<Status> JoinDesk::admit(AnnouncedPtr announced, admission::Verdict verdict) {
  const auto& applicant = announced->applicant;
  if (verdict.counts) {
    auto counting = ledger_.use(applicant.token, user_of(applicant), verdict.further);
    if (const auto used = co_await counting; !used) {
      refuse(*announced, used.error().message);
      co_return Status{};
    }
  }
  if (const auto why = is_out(*announced)) {
    refuse(*announced, *why);
    co_return Status{};
  }
  if (applicant.master()) {
    auto endorsing = zone_.endorse(applicant);
    if (const auto endorsed = co_await endorsing; !endorsed) {
      refuse(*announced, endorsed.error().message);
      co_return Status{};
    }
  }
  waiting_.leave(applicant.identity, applicant.key_fingerprint);
  messages::JoinAnswer out;
  out.accepted = true;
  out.member = applicant.master();
  answer(announced->opened.announce, std::move(out));
  if (!applicant.master()) zone_.joined(joiner_of(*announced));
  co_return Status{};
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
  answer(announced.opened.announce, std::move(out));
  if (records_.pass(token)) zone_.refused(identity, reason);
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
  answer(announce, std::move(out));
}

void JoinDesk::keep_waiting(const AnnouncedPtr& announced, const std::string& reason) {
  const auto& applicant = announced->applicant;
  switch (waiting_.take(announced)) {
    case WaitingRoom::Place::taken:
      if (!is_shown_waiting(applicant)) zone_.asks_for_name(applicant, reason);
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
  answer(announced.opened.announce, std::move(out));
}

bool JoinDesk::is_shown_waiting(const admission::Applicant& applicant) const {
  const auto record = zone_.record(applicant.identity);
  return record && record->claim && record->claim->key_fingerprint == applicant.key_fingerprint;
}

void JoinDesk::answer(const messages::JoinAnnounce& announce, messages::JoinAnswer out) {
  out.client_id = announce.client_id;
  out.nonce = announce.nonce;
  out.sent_at_ms = now_ms();
  zone_.answer(std::move(out), announce.identity);
}

}  // namespace muster::provision
