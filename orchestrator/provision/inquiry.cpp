#include "orchestrator/provision/inquiry.hpp"

#include <utility>

#include "orchestrator/admission/attestation.hpp"
#include "orchestrator/admission/judge.hpp"
#include "orchestrator/admission/token_rule.hpp"
#include "proto/base/clock.hpp"

namespace muster::provision {

using admission::Decision;

loop::Task<std::optional<admission::Verdict>> Inquiry::verdict_of(AnnouncedPtr announced,
                                                                  Told& told) {
  using Found = std::optional<admission::Verdict>;
  const auto& applicant = announced->applicant;
  const auto now = waits_.timers().clock().steady();
  if (now - told.asked_at > kAnswersGoodFor) {
    told = {};
    told.asked_at = now;
  }
  for (;;) {
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
    } else if (verdict.decision == Decision::attest && !told.attestation) {
      auto asking = zone_.attest(applicant.token.id, applicant.identity,
                                 admission::attestation_question(announced->opened, applicant));
      told.attestation = co_await asking;
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

bool Inquiry::may_be_anothers(const Announced& announced, const admission::Verdict& verdict) const {
  const auto& applicant = announced.applicant;
  const bool by_nothing_else =
      verdict.decision == Decision::admit && verdict.ground == admission::Ground::free_name;
  if (!by_nothing_else || applicant.master()) return false;
  const auto standing = ledger_.standing(applicant.token, user_of(applicant));
  const bool by_another_key = standing.used_by_name && standing.own_since_ms == 0;
  return zone_.record_may_come_back(applicant.identity, by_another_key);
}

admission::Case Inquiry::case_of(const Announced& announced, const Told& told) const {
  admission::Case it{announced.applicant, {}, {}, zone_.rules(), waits_.timers().clock().unix_ms()};
  const auto& identity = it.applicant.identity;
  it.standing = ledger_.standing(it.applicant.token, user_of(it.applicant));
  if (const auto record = zone_.record(identity))
    it.name.record = admission::NameRecord{
        record->state,         record->master,   record->key_fingerprint,
        record->started_at_ms, record->approval, zone_.identity_of_ca(record->ca_fingerprint)};
  it.name.on_its_way = on_its_way(identity);
  if (auto& old = it.applicant.old) old->ca_fingerprint = zone_.identity_of_ca(old->ca_fingerprint);
  it.name.member = zone_.member(identity);
  it.name.answers = told.answers;
  it.name.instance_gone = told.instance_gone.value_or(false);
  it.attestation = told.attestation;
  return it;
}

// By its record, whoever provisions it; before there is one, by who was let in here.
std::optional<admission::OnItsWay> Inquiry::on_its_way(const std::string& identity) const {
  const auto record = zone_.record(identity);
  const bool goes_on = record && (record->state == "running" || record->state == "waiting");
  if (goes_on && !record->key_fingerprint.empty())
    return admission::OnItsWay{record->key_fingerprint, record->address};
  const auto here = zone_.machine_here(identity);
  if (!here || here->key_fingerprint.empty()) return std::nullopt;
  return admission::OnItsWay{here->key_fingerprint, here->address};
}

// Who is on the bus is not gone, whatever a provider's list says.
bool Inquiry::may_know_better(const Announced& announced, const Told& told) const {
  return !told.instance_gone && zone_.has_provider() && !announced.applicant.master() &&
         !zone_.member(announced.applicant.identity);
}

Value Inquiry::question_about(const Announced& announced) const {
  const auto& applicant = announced.applicant;
  const auto record = zone_.record(applicant.identity);
  const auto& facts = announced.opened.announce.facts;
  return {{"name", applicant.identity},
          {"held_address", record ? record->address : ""},
          {"held_since", record ? base::iso8601(record->started_at_ms) : ""},
          {"asking", {{"address", applicant.address}, {"facts", facts.value_or(Value::object())}}}};
}

std::optional<std::string> Inquiry::outlaw(const admission::Applicant& applicant) const {
  if (auto ban = zone_.ban(applicant.identity)) return ban;
  return zone_.distrust(applicant);
}

std::optional<std::string> Inquiry::is_out(const Announced& announced) const {
  const auto& applicant = announced.applicant;
  if (auto why = outlaw(applicant)) return why;
  const auto standing = ledger_.standing(applicant.token, user_of(applicant));
  const auto good = admission::token_is_not_revoked(applicant.token.id, standing);
  return good ? std::nullopt : std::optional(good.error().message);
}

}  // namespace muster::provision
