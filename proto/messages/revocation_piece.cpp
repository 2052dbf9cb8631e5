#include "proto/messages/revocation_piece.hpp"

#include <fmt/format.h>

#include "proto/messages/wire.hpp"

namespace muster::messages {
Status RevocationPiece::check() const {
  if (count == 0 || count > kPiecesMax || index >= count)
    return fail(Errc::limit,
                fmt::format("piece {} of {}; a list has 1 to {}", index, count, kPiecesMax));
  if (data.empty() || data.size() > kPieceMaxBytes)
    return fail(Errc::limit, fmt::format("a piece of {} bytes; it may have 1 to {}", data.size(),
                                         kPieceMaxBytes));
  return {};
}

std::string RevocationPiece::encode() const {
  v1::RevocationPiece wire;
  wire.set_ca_fingerprint(ca_fingerprint);
  wire.set_number(number);
  wire.set_digest(digest);
  wire.set_index(index);
  wire.set_count(count);
  wire.set_data(data);
  wire.set_sent_at_ms(sent_at_ms);
  return envelope::pack(wire);
}

Result<RevocationPiece> RevocationPiece::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire,
                envelope::unpack<v1::RevocationPiece>(body, "a piece of a revocation list"));
  RevocationPiece out{std::move(*wire.mutable_ca_fingerprint()),
                      wire.number(),
                      std::move(*wire.mutable_digest()),
                      wire.index(),
                      wire.count(),
                      std::move(*wire.mutable_data()),
                      wire.sent_at_ms()};
  MUSTER_TRY(out.check());
  return out;
}

}  // namespace muster::messages
