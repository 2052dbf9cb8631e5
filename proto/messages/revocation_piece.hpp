// A part of a Puppet CA's revocation list, from the master that speaks for the CA; retained. How a list is cut and put
// together again is proto/envelope/revocation_pieces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kPieceMaxBytes = 768 * 1024;  // of compressed data in one message
// Topics that a master may write (orchestrator/broker/access_lists): what it can fill the broker with.
inline constexpr std::uint32_t kPiecesMax = 16;

struct RevocationPiece {
  static constexpr auto kKind = envelope::Kind::revocation_piece;

  std::string ca_fingerprint;  // hex SHA-256 of the CA's certificate
  std::uint64_t number = 0;    // of the list (cRLNumber)
  std::string digest;  // hex SHA-256 of the whole compressed list: pieces with one belong together
  std::uint32_t index = 0;  // from 0; also the topic's last level, two digits
  std::uint32_t count = 0;  // pieces in all
  std::string data;         // of the list in DER form, compressed (zlib)
  std::int64_t sent_at_ms = 0;

  // Errc::limit for more than kPiecesMax pieces, an index beyond their count, and data that is empty or beyond kPieceMaxBytes.
  Status check() const;
  std::string encode() const;
  // Checked. Errc::invalid_data or limit.
  static Result<RevocationPiece> decode(std::string_view body);
};

}  // namespace muster::messages
