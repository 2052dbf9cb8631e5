#include "orchestrator/provision/live/live_join_zone.hpp"

#include <utility>

#include "orchestrator/admission/master_grant.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/log.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/loop/elsewhere.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

constexpr std::uint32_t kAnswerExpiryS = 60;  // who has not heard it by then announces itself anew

// The CA is endorsed, with this master, and counts now.
bool is_endorsed(client::Link& link, const x509::Certificate& ca, const std::string& master) {
  const auto known = link.endorsements().find(ca.fingerprint());
  return known && known->master == master &&
         admission::still_counts(*known, link.clock().unix_ms());
}

std::optional<std::string> distrust_of(client::Link& link, const admission::Applicant& applicant) {
  const auto revoked = link.operators().revoked(applicant.issuer_serial);
  if (!revoked) return std::nullopt;
  return "the issuer of its token is worth nothing: " + revoked->text();
}

Result<admission::Applicant> applicant_of(client::Link& link,
                                          const admission::OpenedAnnouncement& opened) {
  MUSTER_ASSIGN(auto applicant,
                admission::identify(opened, link.operators().anchors_of(security::Root::operators),
                                    link.nodes(), link.clock().unix_ms()));
  if (const auto why = distrust_of(link, applicant)) return fail(Errc::refused, *why);
  if (applicant.ca)
    applicant.ca->trusted = is_endorsed(link, applicant.ca->certificate, applicant.identity);
  return applicant;
}

Result<Examined> examine_now(client::Link& link, const std::string& client_id,
                             const std::string& message) {
  MUSTER_ASSIGN(auto opened, admission::open_announcement(client_id, message, link.nodes()));
  link.catch_up();
  auto applicant = applicant_of(link, opened);
  return Examined{std::move(opened), std::move(applicant)};
}

Status endorse_now(client::Link& link, const admission::Applicant& applicant) {
  const auto& ca = applicant.ca->certificate;
  MUSTER_TRY(link.wait_trust());
  if (is_endorsed(link, ca, applicant.identity)) return {};
  const auto grant = admission::grant_of(applicant.token);
  client::Endorsement offered{.certificate = ca,
                              .master = applicant.identity,
                              .patterns = grant.patterns,
                              .facts = grant.facts,
                              .offered_by = applicant.identity};
  const auto known = link.endorsements().all();
  MUSTER_TRY(admission::may_be_endorsed(offered, known, link.clock().unix_ms()));
  admission::keep_retirement(offered, known);
  const auto endorsed = client::publish_trusted_ca(link, std::move(offered));
  if (!endorsed) return fail(endorsed.error());
  log::info("endorsed a Puppet CA", {{"ca", ca.subject()}, {"master", applicant.identity}});
  return {};
}

Status answer_now(client::Link& link, const messages::JoinAnswer& answer) {
  MUSTER_ASSIGN(auto sealed, link.signer().seal(envelope::Kind::join_answer, answer.encode()));
  return link.bus().publish(transport::topics::join_down(answer.client_id), std::move(sealed),
                            {.expiry_s = kAnswerExpiryS});
}

// Each keeps its place among the others: `verifier` does one thing after the other.
loop::Task<Status> send(LiveJoinZone::Parts parts, messages::JoinAnswer answer,
                        std::string identity) {
  auto sending = loop::on_executor<Status>(
      parts.verifier, parts.waits,
      [&link = parts.link, answer = std::move(answer)] { return answer_now(link, answer); });
  const auto sent = co_await sending;
  if (!sent)
    log::warning("cannot answer a node", {{"node", identity}, {"why", sent.error().message}});
  co_return sent;
}

}  // namespace

LiveJoinZone::LiveJoinZone(Parts parts, Handlers handlers)
    : parts_(parts), handlers_(std::move(handlers)) {}

loop::Task<Result<Examined>> LiveJoinZone::examine(std::string client_id, std::string message) {
  return loop::on_executor<Result<Examined>>(
      parts_.verifier, parts_.waits,
      [&link = parts_.link, client_id = std::move(client_id), message = std::move(message)] {
        return examine_now(link, client_id, message);
      });
}

loop::Task<std::optional<std::vector<admission::CaAnswer>>> LiveJoinZone::ask_cas(
    std::string token_id, std::string identity) {
  return parts_.questions.ask(std::move(token_id), std::move(identity));
}

loop::Task<Result<bool>> LiveJoinZone::ask_provider(std::string token_id, std::string identity,
                                                    Value question) {
  return parts_.gone->ask(std::move(token_id), std::move(identity), std::move(question));
}

loop::Task<admission::Attestation> LiveJoinZone::attest(std::string token_id, std::string identity,
                                                        Value question) {
  return parts_.attestor->ask(std::move(token_id), std::move(identity), std::move(question));
}

std::optional<std::string> LiveJoinZone::distrust(const admission::Applicant& applicant) const {
  return distrust_of(parts_.link, applicant);
}

std::optional<std::string> LiveJoinZone::ban(const std::string& identity) const {
  const auto ban = parts_.link.bans().banned(identity);
  if (!ban) return std::nullopt;
  return ban->text();
}

std::optional<client::Record> LiveJoinZone::record(const std::string& identity) const {
  return parts_.collective.record(identity);
}

std::optional<admission::OnlineMember> LiveJoinZone::member(const std::string& identity) const {
  const auto member = parts_.fleet.find(identity);
  if (!member) return std::nullopt;
  return admission::OnlineMember{member->ca_fingerprint, member->certificate_fingerprint};
}

std::string LiveJoinZone::identity_of_ca(const std::string& fingerprint) const {
  return parts_.link.endorsements().identity_of(fingerprint);
}

loop::Task<Status> LiveJoinZone::endorse(admission::Applicant applicant) {
  return loop::on_executor<Status>(parts_.writer, parts_.waits,
                                   [&link = parts_.link, applicant = std::move(applicant)] {
                                     return endorse_now(link, applicant);
                                   });
}

void LiveJoinZone::answer(messages::JoinAnswer answer, const std::string& identity) {
  answers_.begin(send(parts_, std::move(answer), identity));
}

}  // namespace muster::provision
