#include "orchestrator/provision/join_answers.hpp"

#include <utility>

#include "proto/base/log.hpp"

namespace muster::provision {

JoinAnswers::JoinAnswers(JoinZone& zone, const base::Clock& clock)
    : zone_(zone),
      clock_(clock),
      answers_(clock, kRefusedAnswers),
      records_(clock, kRefusedRecords),
      lines_(clock, kUnreadableLines) {}

void JoinAnswers::accepted(const Announced& announced) {
  messages::JoinAnswer out;
  out.accepted = true;
  out.member = announced.applicant.master();
  answer(announced.opened.announce, std::move(out));
}

void JoinAnswers::refused(const Announced& announced, const std::string& reason) {
  const auto& identity = announced.applicant.identity;
  const auto& token = announced.applicant.token.id;
  const auto others = answers_.pass(token);
  if (!others) return;
  log::warning("refused a node",
               {{"node", identity}, {"why", reason}, {"others", std::to_string(*others)}});
  messages::JoinAnswer out;
  out.reason = reason;
  answer(announced.opened.announce, std::move(out));
  if (records_.pass(token)) zone_.refused(identity, reason);
}

void JoinAnswers::refused_stranger(const messages::JoinAnnounce& announce,
                                   const std::string& reason) {
  const auto others = answers_.pass();
  if (!others) return;
  log::warning("announcement refused",
               {{"node", announce.identity}, {"why", reason}, {"others", std::to_string(*others)}});
  messages::JoinAnswer out;
  out.reason = reason;
  answer(announce, std::move(out));
}

void JoinAnswers::waits(const Announced& announced, const std::string& reason) {
  if (!answers_.pass(announced.applicant.token.id)) return;
  messages::JoinAnswer out;
  out.waiting = true;
  out.reason = reason;
  answer(announced.opened.announce, std::move(out));
}

void JoinAnswers::postponed(const Announced& announced, const std::string& reason) {
  waits(announced, reason);
  if (records_.pass(announced.applicant.token.id))
    zone_.postponed(announced.applicant.identity, reason);
}

void JoinAnswers::unreadable(const Error& why) {
  if (const auto others = lines_.pass("unreadable"))
    log::warning("announcement refused",
                 {{"why", why.message}, {"others", std::to_string(*others)}});
}

void JoinAnswers::behind_another(const admission::Applicant& applicant) {
  if (lines_.pass("behind another"))
    log::warning("a second machine asks for a name that one waits for already",
                 {{"node", applicant.identity}, {"address", applicant.address}});
}

void JoinAnswers::left_out(const admission::Applicant& applicant) {
  if (lines_.pass("full"))
    log::error("too many machines wait for an operator; one is left out",
               {{"node", applicant.identity}, {"limit", std::to_string(kWaitingMax)}});
}

void JoinAnswers::answer(const messages::JoinAnnounce& announce, messages::JoinAnswer out) {
  out.client_id = announce.client_id;
  out.nonce = announce.nonce;
  out.sent_at_ms = clock_.unix_ms();
  zone_.answer(std::move(out), announce.identity);
}

}  // namespace muster::provision
