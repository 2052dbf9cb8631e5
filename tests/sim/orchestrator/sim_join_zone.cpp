#include "tests/sim/orchestrator/sim_join_zone.hpp"

#include <utility>

#include "proto/loop/attempt.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

using provision::Examined;

namespace {

constexpr std::chrono::milliseconds kVerifying{1};
constexpr std::uint32_t kAnswerExpiryS = 60;  // as LiveJoinZone's

}  // namespace

void SimJoinZone::say(const std::string& what) const {
  parts_.bus.around().trace.line(parts_.bus.name(), what);
}

Result<admission::Applicant> SimJoinZone::applicant_of(
    const admission::OpenedAnnouncement& opened) const {
  MUSTER_ASSIGN(auto verified, parts_.bus.operators().verify_token(opened.announce.token));
  return admission::identify(opened, std::move(verified), parts_.bus.nodes());
}

loop::Task<Result<Examined>> SimJoinZone::examine(std::string client_id, std::string message) {
  loop::Wait verifying(parts_.waits, loop::Wait::Stops::no);
  co_await verifying.until(kVerifying);
  MUSTER_CO_ASSIGN(auto opened,
                   admission::open_announcement(client_id, message, parts_.bus.nodes()));
  auto applicant = applicant_of(opened);
  co_return Examined{std::move(opened), std::move(applicant)};
}

loop::Task<std::optional<std::vector<admission::CaAnswer>>> SimJoinZone::ask_cas(
    std::string token_id, std::string identity) {
  return parts_.questions.ask(std::move(token_id), std::move(identity));
}

loop::Task<Result<bool>> SimJoinZone::ask_provider(std::string, std::string, Value) {
  co_return fail(Errc::unavailable, "machines here have no provider");
}

std::optional<std::string> SimJoinZone::ban(const std::string& identity) const {
  return parts_.collective.is_banned(identity) ? std::optional(identity + " is banned")
                                               : std::nullopt;
}

std::optional<client::Record> SimJoinZone::record(const std::string& identity) const {
  return parts_.collective.record(identity);
}

std::optional<admission::OnlineMember> SimJoinZone::member(const std::string& identity) const {
  const auto* member = parts_.presences.find(identity);
  if (member == nullptr) return std::nullopt;
  return admission::OnlineMember{member->ca_fingerprint, member->certificate_fingerprint};
}

admission::Rules SimJoinZone::rules() const {
  admission::Rules rules;
  rules.collective = parts_.bus.site().collective;
  rules.workflows = {parts_.workflow};
  return rules;
}

loop::Task<Status> SimJoinZone::endorse(admission::Applicant applicant) {
  co_return Status(
      fail(Errc::refused, "no CA is taken on in a simulation: " + applicant.identity + "'s"));
}

void SimJoinZone::answer(messages::JoinAnswer answer, const std::string& identity) {
  const auto topic = transport::topics::join_down(answer.client_id);
  const auto sent = parts_.bus.publish_sealed(envelope::Kind::join_answer, answer.encode(), topic,
                                              {.expiry_s = kAnswerExpiryS});
  if (!sent) say("cannot answer " + identity + ": " + sent.error().message);
}

void SimJoinZone::joined(const provision::Joiner& joiner) {
  say("admits " + joiner.identity);
  if (const auto& told = parts_.bus.around().admitted) told(parts_.bus.name(), joiner);
  parts_.provisioner.joined(joiner);
}

void SimJoinZone::refused(const std::string& identity, const std::string& reason) {
  say("refuses " + identity + ": " + reason);
  parts_.notes.refused(identity, reason);
}

void SimJoinZone::postponed(const std::string& identity, const std::string& reason) {
  say("postpones " + identity + ": " + reason);
  parts_.notes.postponed(identity, reason);
}

void SimJoinZone::asks_for_name(const admission::Applicant& applicant, const std::string& reason) {
  say("lets wait " + applicant.identity + ": " + reason);
  parts_.notes.asks_for_name(applicant, reason);
}

}  // namespace muster::sim
