#include "proto/messages/revocation_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/compress.hpp"
#include "proto/x509/key.hpp"

namespace muster::messages {

std::string piece_level(std::uint32_t index) {
  return fmt::format("{:02}", index);
}

Result<std::vector<RevocationPiece>> split_revocations(std::string_view der,
                                                       const PieceOrigin& origin) {
  MUSTER_ASSIGN(const auto whole, base::compress(der));
  const auto count = (whole.size() + kPieceMaxBytes - 1) / kPieceMaxBytes;
  if (count > kPiecesMax)
    return fail(Errc::limit,
                fmt::format("the revocation list has {} bytes, {} compressed; at most {} can be "
                            "sent",
                            der.size(), whole.size(), kPiecesMax * kPieceMaxBytes));
  std::vector<RevocationPiece> pieces(count);
  for (std::size_t i = 0; i < count; ++i) {
    pieces[i].ca_fingerprint = origin.ca_fingerprint;
    pieces[i].number = origin.number;
    pieces[i].digest = x509::sha256_hex(whole);
    pieces[i].index = static_cast<std::uint32_t>(i);
    pieces[i].count = static_cast<std::uint32_t>(count);
    pieces[i].data = whole.substr(i * kPieceMaxBytes, kPieceMaxBytes);
    pieces[i].sent_at_ms = origin.now_ms;
  }
  return pieces;
}

RevocationAssembly::Begun& RevocationAssembly::begun(const RevocationPiece& piece) {
  const auto known = std::find_if(begun_.begin(), begun_.end(), [&](const Begun& each) {
    return each.digest == piece.digest && each.data.size() == piece.count;
  });
  if (known != begun_.end()) return *known;
  if (begun_.size() >= kAssembliesMax) begun_.erase(begun_.begin());
  begun_.push_back({piece.digest, std::vector<std::string>(piece.count), std::size_t{piece.count}});
  return begun_.back();
}

Result<std::optional<std::string>> RevocationAssembly::take(const RevocationPiece& piece,
                                                            std::size_t max_bytes) {
  MUSTER_TRY(piece.check());
  if (piece.digest == finished_) return std::nullopt;
  auto& list = begun(piece);
  auto& place = list.data[piece.index];
  if (place.empty()) --list.missing;
  place = piece.data;
  if (list.missing > 0) return std::nullopt;
  auto der = finish(list, max_bytes);
  forget(piece.digest);
  if (!der) return fail(der.error());
  finished_ = piece.digest;
  return std::optional<std::string>(std::move(*der));
}

Result<std::string> RevocationAssembly::finish(const Begun& whole, std::size_t max_bytes) const {
  std::string compressed;
  for (const auto& part : whole.data) compressed += part;
  if (x509::sha256_hex(compressed) != whole.digest)
    return fail(Errc::refused, "the pieces are not those of one list: their digest differs");
  return base::decompress(compressed, max_bytes);
}

void RevocationAssembly::forget(const std::string& digest) {
  std::erase_if(begun_, [&](const Begun& each) { return each.digest == digest; });
}

}  // namespace muster::messages
