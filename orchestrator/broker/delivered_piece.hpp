// A piece of a Puppet CA's revocation list as it came over the bus, verified.
#pragma once

#include <string_view>

#include "proto/base/result.hpp"
#include "proto/messages/revocation_piece.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {
class Link;
}

namespace muster::broker {

struct DeliveredPiece {
  x509::Certificate ca;  // whose list it claims to be a piece of
  messages::RevocationPiece piece;
};

// Signed by the node that the topic names, with a certificate that the piece's CA issued itself, and that CA's
// endorsement counts and names this node as its master (or names none). What the list says, and whether the CA signed
// it, is judged when it is whole. The link must know the CA already.
Result<DeliveredPiece> read_delivered_piece(client::Link& link, std::string_view topic,
                                            std::string_view payload);

}  // namespace muster::broker
