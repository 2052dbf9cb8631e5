#include "proto/messages/revocation_pieces.hpp"

#include <gtest/gtest.h>

#include "proto/base/compress.hpp"
#include "proto/base/encoding.hpp"
#include "proto/messages/revocation_piece.hpp"

namespace muster::messages {
namespace {

constexpr std::size_t kRoom = 32 * 1024 * 1024;

// That does not become smaller: it needs `count` pieces.
std::string list_of(std::size_t count) {
  return base::random_bytes(count * kPieceMaxBytes - kPieceMaxBytes / 2);
}

std::vector<RevocationPiece> pieces_of(const std::string& der) {
  return split_revocations(der, {.ca_fingerprint = "ca", .number = 5, .now_ms = 1}).value();
}

TEST(RevocationPiecesTest, InAnyOrderTheyMakeTheListOnce) {
  const auto der = list_of(3);
  const auto pieces = pieces_of(der);
  ASSERT_EQ(pieces.size(), 3U);
  RevocationAssembly assembly;
  EXPECT_EQ(assembly.take(pieces[2], kRoom).value(), std::nullopt);
  EXPECT_EQ(assembly.take(pieces[2], kRoom).value(), std::nullopt) << "the same piece again";
  EXPECT_EQ(assembly.take(pieces[0], kRoom).value(), std::nullopt);
  EXPECT_TRUE(assembly.take(pieces[1], kRoom).value() == der);
  for (const auto& piece : pieces) EXPECT_EQ(assembly.take(piece, kRoom).value(), std::nullopt);
}

TEST(RevocationPiecesTest, PiecesOfTwoListsAreNeverMixed) {
  const auto first = pieces_of(list_of(2));
  const auto der = list_of(2);
  const auto second = pieces_of(der);
  RevocationAssembly assembly;
  EXPECT_EQ(assembly.take(first[0], kRoom).value(), std::nullopt);
  EXPECT_EQ(assembly.take(second[1], kRoom).value(), std::nullopt);
  EXPECT_TRUE(assembly.take(second[0], kRoom).value() == der);
}

TEST(RevocationPiecesTest, APieceThatClaimsAnothersDigestSpoilsTheListAndIsRefused) {
  const auto honest = pieces_of(list_of(2));
  auto foreign = pieces_of(list_of(2));
  foreign[1].digest = honest[0].digest;
  RevocationAssembly assembly;
  EXPECT_EQ(assembly.take(honest[0], kRoom).value(), std::nullopt);
  const auto refused = assembly.take(foreign[1], kRoom);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_EQ(assembly.take(honest[0], kRoom).value(), std::nullopt);
  EXPECT_TRUE(assembly.take(honest[1], kRoom).value().has_value()) << "sent again it is whole";
}

TEST(RevocationPiecesTest, ABombIsRefused) {
  const auto pieces = pieces_of(std::string(kRoom + 1, 'x'));
  ASSERT_EQ(pieces.size(), 1U);
  const auto refused = RevocationAssembly().take(pieces[0], kRoom);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
}

TEST(RevocationPiecesTest, CountsAndSizesHaveLimits) {
  const auto good = pieces_of("list").front();
  const auto refused = [&](const std::function<void(RevocationPiece&)>& change) {
    auto piece = good;
    change(piece);
    const auto taken = RevocationAssembly().take(piece, kRoom);
    return !taken && taken.error().code == Errc::limit;
  };
  EXPECT_TRUE(refused([](auto& piece) { piece.count = 0; }));
  EXPECT_TRUE(refused([](auto& piece) { piece.count = kPiecesMax + 1; }));
  EXPECT_TRUE(refused([](auto& piece) { piece.index = 1; }));
  EXPECT_TRUE(refused([](auto& piece) { piece.data = ""; }));
  EXPECT_TRUE(refused([](auto& piece) { piece.data = std::string(kPieceMaxBytes + 1, 'x'); }));
  const auto large = split_revocations(list_of(kPiecesMax + 2), {});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::limit);
}

TEST(RevocationPiecesTest, ListsThatAreNeverFinishedDoNotPileUp) {
  RevocationAssembly assembly;
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(assembly.take(pieces_of(list_of(2)).front(), kRoom).value(), std::nullopt);
  const auto der = list_of(2);
  const auto pieces = pieces_of(der);
  EXPECT_EQ(assembly.take(pieces[0], kRoom).value(), std::nullopt);
  EXPECT_TRUE(assembly.take(pieces[1], kRoom).value() == der);
}

}  // namespace
}  // namespace muster::messages
