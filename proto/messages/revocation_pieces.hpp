// A Puppet CA's revocation list on the bus: compressed, in as many messages as it needs, and put together again by
// whoever believes the CA. The list carries its CA's signature; these functions judge none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/messages/revocation_piece.hpp"

namespace muster::messages {

inline constexpr std::size_t kAssembliesMax = 2;  // lists of one CA put together at a time

// "00" to "15": the last level of the topic of that piece.
std::string piece_level(std::uint32_t index);

// What is the same in all pieces of one list.
struct PieceOrigin {
  std::string ca_fingerprint;
  std::uint64_t number = 0;
  std::int64_t now_ms = 0;
};
// Of a list in DER form, in order. Errc::limit when it needs more than kPiecesMax.
Result<std::vector<RevocationPiece>> split_revocations(std::string_view der,
                                                       const PieceOrigin& origin);

// Puts the pieces of one CA's lists together. Pieces of two lists are never mixed: the digest tells
// them apart, and the whole must have it. Not thread-safe.
class RevocationAssembly {
 public:
  // The list in DER form when this piece made it whole, at most `max_bytes`; nothing while pieces are
  // missing, or when it was whole before. A list beyond kAssembliesMax displaces the one that was begun first.
  // Errc::invalid_data, limit or refused, and what the list had so far is forgotten.
  Result<std::optional<std::string>> take(const RevocationPiece& piece, std::size_t max_bytes);

 private:
  struct Begun {
    std::string digest;
    std::vector<std::string> data;  // by index; empty: not here yet
    std::size_t missing = 0;
  };
  Begun& begun(const RevocationPiece& piece);
  Result<std::string> finish(const Begun& whole, std::size_t max_bytes) const;
  void forget(const std::string& digest);

  std::vector<Begun> begun_;  // the latest last
  std::string finished_;      // digest of the last whole one
};

}  // namespace muster::messages
