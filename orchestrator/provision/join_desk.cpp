#include "orchestrator/provision/join_desk.hpp"

#include <fmt/format.h>

#include "orchestrator/admission/master_grant.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;

constexpr std::uint32_t kAnswerExpiryS = 60;  // who has not heard it by then announces itself anew

// The master proves that it holds a certificate of the CA it offers.
Status check_ca_proof(const v1::JoinAnnounce& announce, const x509::Certificate& ca) {
  if (!ca.is_ca())
    return fail(Errc::refused, fmt::format("{} offers '{}', which is not a CA certificate",
                                           announce.identity(), ca.subject()));
  MUSTER_ASSIGN(const auto own, x509::Certificate::from_der(announce.ca_proof_certificate()));
  if (own.common_name() != announce.identity() || !own.issued_by(ca))
    return fail(Errc::refused,
                fmt::format("{} offers the CA '{}' but holds no certificate of it for its own name",
                            announce.identity(), ca.subject()));
  return own.public_key().verify("muster/v1 ca proof\n" + announce.nonce(), announce.ca_proof());
}

}  // namespace

JoinDesk::JoinDesk(client::Link& link, client::Fleet& fleet, TokenLedger& ledger,
                   x509::Certificate root, Handlers handlers)
    : link_(link),
      fleet_(fleet),
      ledger_(ledger),
      root_(std::move(root)),
      handlers_(std::move(handlers)),
      answers_(link.clock(), kRefusedAnswers),
      lines_(link.clock(), kUnreadableLines) {}

Status JoinDesk::check(const v1::JoinAnnounce& announce, const std::string& public_key,
                       security::JoinToken& token) {
  MUSTER_TRY(base::check_identity(announce.identity()));
  MUSTER_ASSIGN(token, security::verify_token(announce.token(), root_));
  MUSTER_TRY(security::usable_by(token, announce.identity(), link_.clock().unix_ms()));
  if (token.collective != link_.collective())
    return fail(Errc::refused, fmt::format("the token is for collective '{}', this is '{}'",
                                           token.collective, link_.collective()));
  MUSTER_ASSIGN(const auto key, x509::Key::public_from_der(public_key));
  return ledger_.use(token, announce.identity(), key.fingerprint());
}

Status JoinDesk::endorse(const v1::JoinAnnounce& announce, const security::JoinToken& token) {
  if (!token.master)
    return fail(
        Errc::refused,
        fmt::format("{} offers a Puppet CA, but its token is not for masters: make one with "
                    "`muster token create --master`",
                    announce.identity()));
  MUSTER_ASSIGN(const auto ca, x509::Certificate::from_der(announce.ca_certificate()));
  MUSTER_TRY(check_ca_proof(announce, ca));
  MUSTER_TRY(link_.settle());
  if (const auto known = link_.endorsements().find(ca.fingerprint());
      known && admission::still_counts(*known, link_.clock().unix_ms()))
    return {};
  const auto grant = admission::grant_of(token);
  client::Endorsement offered{.certificate = ca,
                              .master = announce.identity(),
                              .patterns = grant.patterns,
                              .facts = grant.facts,
                              .offered_by = announce.identity()};
  MUSTER_TRY(
      admission::may_be_endorsed(offered, link_.endorsements().all(), link_.clock().unix_ms()));
  const auto endorsed = client::publish_trusted_ca(link_, std::move(offered));
  if (!endorsed) return fail(endorsed.error());
  log::info("endorsed a Puppet CA", {{"ca", ca.subject()}, {"master", announce.identity()}});
  return {};
}

void JoinDesk::judge(const std::string& topic_client_id, std::string_view message) {
  const auto opened = security::open_by_key(message, envelope::Kind::join_announce, std::nullopt);
  if (!opened) {
    if (lines_.pass("unverified"))
      log::warning("announcement not verified", {{"why", opened.error().message}});
    return;
  }
  const auto announce = envelope::unpack<v1::JoinAnnounce>(opened->body, "announcement");
  if (!announce || announce->client_id() != topic_client_id) {
    if (lines_.pass("malformed"))
      log::warning("announcement malformed, or on another client's topic",
                   {{"client", topic_client_id}});
    return;
  }

  security::JoinToken token;
  auto status = check(*announce, opened->public_key, token);
  const bool master = !announce->ca_certificate().empty();
  if (status && master) status = endorse(*announce, token);
  // A name that is online with a valid certificate belongs to whoever holds that certificate.
  if (status && !master && fleet_.find(announce->identity()))
    status = fail(
        Errc::refused,
        fmt::format("a node named {} is online with a valid certificate; take that one down, or "
                    "give this one another name",
                    announce->identity()));
  // A token's claims are there only once its signature was good.
  if (!status) return refuse(*announce, token.id, status.error().message);
  answer(*announce, true, master, "");
  if (master) return;
  const auto facts = envelope::decode_value(announce->facts());
  handlers_.on_joiner({announce->identity(),
                       {announce->client_id(), opened->public_key},
                       facts ? *facts : Value::object()});
}

void JoinDesk::refuse(const v1::JoinAnnounce& announce, const std::string& token_id,
                      const std::string& why) {
  const auto unanswered = answers_.pass(token_id);
  if (!unanswered) return;
  log::warning(
      "refused a node",
      {{"node", announce.identity()}, {"why", why}, {"others", std::to_string(*unanswered)}});
  answer(announce, false, false, why);
  if (!token_id.empty()) handlers_.on_refused(announce.identity(), why);
}

void JoinDesk::answer(const v1::JoinAnnounce& announce, bool accepted, bool member,
                      const std::string& reason) {
  v1::JoinAnswer out;
  out.set_client_id(announce.client_id());
  out.set_nonce(announce.nonce());
  out.set_accepted(accepted);
  out.set_member(member);
  out.set_reason(reason);
  out.set_sent_at_ms(link_.clock().unix_ms());
  auto sealed = link_.signer().seal(envelope::Kind::join_answer, out.SerializeAsString());
  if (!sealed) return log::error("cannot sign a join answer", {{"why", sealed.error().message}});
  if (auto sent = link_.bus().publish(topics::join_down(announce.client_id()), std::move(*sealed),
                                      {.expiry_s = kAnswerExpiryS});
      !sent)
    log::warning("cannot answer a node",
                 {{"node", announce.identity()}, {"why", sent.error().message}});
}

}  // namespace muster::provision
