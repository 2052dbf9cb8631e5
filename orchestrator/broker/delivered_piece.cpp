#include "orchestrator/broker/delivered_piece.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/link.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/revocation_piece.hpp"
#include "proto/messages/revocation_pieces.hpp"
#include "proto/transport/topics.hpp"

namespace muster::broker {
namespace {

constexpr std::size_t kMasterLevel = 5;  // muster/v1/<c>/trust/crl/<master>/<index>

Status check_sender(client::Link& link, const security::Opened& opened, std::string_view topic) {
  const auto named = transport::topics::level(topic, kMasterLevel);
  if (named != opened.signer)
    return fail(Errc::refused, fmt::format("{} is signed by {}", base::quoted(topic),
                                           base::quoted(opened.signer)));
  return link.endorsements().judge(opened, opened.signer, link.nodes(), link.clock().unix_ms(),
                                   link.clock().steady());
}

Status check_master(client::Link& link, const std::string& ca, const std::string& sender) {
  const auto endorsement = link.endorsements().counting(ca, link.clock().unix_ms());
  if (!endorsement || endorsement->master.empty() || endorsement->master == sender) return {};
  return fail(Errc::refused, fmt::format("{} delivers a list of the CA whose master is {}",
                                         base::quoted(sender), base::quoted(endorsement->master)));
}

Result<x509::Certificate> anchor_of(client::Link& link, const std::string& fingerprint) {
  for (const auto& anchor : link.nodes().anchors())
    if (anchor.fingerprint() == fingerprint) return anchor;
  return fail(Errc::refused,
              fmt::format("a list of the CA {}, which is not trusted", base::quoted(fingerprint)));
}

}  // namespace

Result<DeliveredPiece> read_delivered_piece(client::Link& link, std::string_view topic,
                                            std::string_view payload) {
  MUSTER_ASSIGN(const auto opened,
                security::open(payload, envelope::Kind::revocation_piece, link.nodes()));
  MUSTER_TRY(check_sender(link, opened, topic));
  MUSTER_ASSIGN(auto piece, messages::RevocationPiece::decode(opened.body));
  const auto issuer = link.endorsements().issuer_of(opened, link.nodes());
  if (issuer != link.endorsements().identity_of(piece.ca_fingerprint))
    return fail(
        Errc::refused,
        fmt::format("{} delivers the list of another CA ({}) than its own ({})",
                    base::quoted(opened.signer), base::quoted(piece.ca_fingerprint), issuer));
  MUSTER_TRY(check_master(link, issuer, opened.signer));
  if (transport::topics::last_level(topic) != messages::piece_level(piece.index))
    return fail(Errc::refused,
                fmt::format("{} carries piece {}", base::quoted(topic), piece.index));
  MUSTER_ASSIGN(auto ca, anchor_of(link, piece.ca_fingerprint));
  return DeliveredPiece{std::move(ca), std::move(piece)};
}

}  // namespace muster::broker
