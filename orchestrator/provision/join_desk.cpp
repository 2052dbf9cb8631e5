#include "orchestrator/provision/join_desk.hpp"

#include <utility>

namespace muster::provision {
namespace {

using admission::Decision;

Joiner joiner_of(const Announced& announced, admission::Ground ground) {
  const auto& applicant = announced.applicant;
  const auto& announce = announced.opened.announce;
  return {applicant.identity,
          {announce.client_id, announced.opened.public_key},
          announce.facts.value_or(Value::object()),
          applicant.key_fingerprint,
          applicant.address,
          {applicant.token.extensions, applicant.alternative_names},
          applicant.token.id,
          applicant.token.workflow,
          ground != admission::Ground::free_name && ground != admission::Ground::same_key};
}

}  // namespace

JoinDesk::JoinDesk(JoinZone& zone, TokenLedger& ledger, loop::Waits& waits)
    : zone_(zone),
      waits_(waits),
      inquiry_(zone, ledger, waits),
      admittance_(zone, ledger, inquiry_),
      answers_(zone, waits.timers().clock()),
      waiting_(waits.timers().clock()) {}

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
    answers_.unreadable(found.error());
    co_return Status{};
  }
  if (!found->applicant) {
    answers_.refused_stranger(found->opened.announce, found->applicant.error().message);
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
  for (int tries = 1;; ++tries) {
    auto deciding = decide_once(announced);
    const auto decided = co_await deciding;
    if (decided || waits_.stopping()) co_return Status{};
    answers_.waits(*announced, decided.error().message);
    if (tries == kDecisionTries) co_return Status{};  // it announces itself again
    loop::Wait pause(waits_);
    if (co_await pause.until(kDecidedAgainAfter) == loop::Woken::stopped) co_return Status{};
  }
}

loop::Task<Status> JoinDesk::decide_once(AnnouncedPtr announced) {
  Inquiry::Told told;
  auto judging = inquiry_.verdict_of(announced, told);
  auto verdict = co_await judging;
  if (verdict && inquiry_.may_be_anothers(*announced, *verdict))
    co_return fail(Errc::unavailable,
                   "it is not known yet whether another machine has the name " +
                       announced->applicant.identity +
                       ": an orchestrator has just begun; asked again by itself");
  if (verdict && verdict->decision == Decision::admit && verdict->counts) {
    auto counting = admittance_.count(announced, verdict->further);
    if (const auto used = co_await counting; !used) co_return not_let_in(*announced, used.error());
    // The name may be another's by now.
    auto judging_anew = inquiry_.verdict_of(announced, told);
    verdict = co_await judging_anew;
  }
  if (!verdict) co_return Status{};  // it announces itself again
  switch (verdict->decision) {
    case Decision::admit: {
      auto preparing = admittance_.prepare(announced);
      const auto ready = co_await preparing;
      if (!ready) co_return not_let_in(*announced, ready.error());
      let_in(*announced, verdict->ground);
      break;
    }
    case Decision::later:
    case Decision::attest:
      // It keeps the place that it may have among those who wait for an operator.
      answers_.postponed(*announced, verdict->reason);
      break;
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

Status JoinDesk::not_let_in(const Announced& announced, const Error& why) {
  if (why.code == Errc::unavailable) return fail(why);
  refuse(announced, why.message);
  return {};
}

void JoinDesk::let_in(const Announced& announced, admission::Ground ground) {
  waiting_.leave(announced.applicant.identity, announced.applicant.key_fingerprint);
  answers_.accepted(announced);
  if (!announced.applicant.master()) zone_.joined(joiner_of(announced, ground));
}

void JoinDesk::refuse(const Announced& announced, const std::string& reason) {
  waiting_.leave(announced.applicant.identity, announced.applicant.key_fingerprint);
  answers_.refused(announced, reason);
}

void JoinDesk::keep_waiting(const AnnouncedPtr& announced, const std::string& reason) {
  const auto& applicant = announced->applicant;
  switch (waiting_.take(announced)) {
    case WaitingRoom::Place::taken:
      if (!is_shown_waiting(applicant)) zone_.asks_for_name(applicant, reason);
      return answers_.waits(*announced, reason);
    case WaitingRoom::Place::behind:
      answers_.behind_another(applicant);
      return answers_.waits(*announced, "another machine waits for the name " + applicant.identity +
                                            " already; see 'muster provision show " +
                                            applicant.identity + "'");
    case WaitingRoom::Place::full:
      return answers_.left_out(applicant);
  }
}

bool JoinDesk::is_shown_waiting(const admission::Applicant& applicant) const {
  const auto record = zone_.record(applicant.identity);
  return record && record->claim && record->claim->key_fingerprint == applicant.key_fingerprint;
}

}  // namespace muster::provision
