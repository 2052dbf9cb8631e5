// What one process tells the next one of the same person: certificates of nodes whose chain it has verified. A file's bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::security {

inline constexpr std::size_t kKnownChainsMax = 16'384;  // in a file: 1.2 MB

using Sha256 = std::array<char, 32>;

// Nothing of it is secret, and nothing of it is enough: TrustStore::recall() says what is asked besides.
struct KnownChain {
  Sha256 leaf;            // of the certificate's DER form
  Sha256 anchor;          // of that of the CA that signed it itself
  std::int64_t until_ms;  // Unix; nobody needs it afterwards
};

// Nothing unless `bytes` is a digest.
std::optional<Sha256> sha256_from(std::string_view bytes);

// Of what is beyond kKnownChainsMax, the last is left out. In any order; of two of one leaf the first counts.
std::string encode_known_chains(const std::vector<KnownChain>& chains);
// Sorted by leaf, each once. Errc::invalid_data for what was not written so: of another version of Muster, cut short, damaged.
Result<std::vector<KnownChain>> decode_known_chains(std::string_view bytes);
// The largest file that encode_known_chains() makes.
std::size_t known_chains_max_bytes();

}  // namespace muster::security
