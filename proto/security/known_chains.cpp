#include "proto/security/known_chains.hpp"

#include <algorithm>
#include <cstring>

#include "proto/x509/key.hpp"

namespace muster::security {
namespace {

// Rules for chains that become stricter need another number: what was verified by the old ones is verified anew then.
constexpr std::string_view kChainsMagic = "muster: verified chains, form 1\n";
constexpr std::size_t kDigestBytes = sizeof(Sha256);
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kChainBytes = 2 * kDigestBytes + kTimeBytes;

bool before(const KnownChain& one, const KnownChain& other) {
  return one.leaf < other.leaf;
}

void append_time(std::string& out, std::int64_t time) {
  const auto bits = static_cast<std::uint64_t>(time);
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((bits >> shift) & 0xFFU);
}

std::int64_t read_time(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (const char byte : bytes) bits = (bits << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(bits);
}

KnownChain read_chain_at(std::string_view bytes) {
  KnownChain chain{};
  std::memcpy(chain.leaf.data(), bytes.data(), kDigestBytes);
  std::memcpy(chain.anchor.data(), bytes.data() + kDigestBytes, kDigestBytes);
  chain.until_ms = read_time(bytes.substr(2 * kDigestBytes, kTimeBytes));
  return chain;
}

}  // namespace

std::optional<Sha256> sha256_from(std::string_view bytes) {
  Sha256 digest{};
  if (bytes.size() != digest.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::size_t known_chains_max_bytes() {
  return kChainsMagic.size() + kKnownChainsMax * kChainBytes + kDigestBytes;
}

std::string encode_known_chains(const std::vector<KnownChain>& chains) {
  auto sorted = chains;
  if (sorted.size() > kKnownChainsMax) sorted.resize(kKnownChainsMax);
  std::stable_sort(sorted.begin(), sorted.end(), before);
  const auto twice = std::unique(
      sorted.begin(), sorted.end(),
      [](const KnownChain& one, const KnownChain& other) { return one.leaf == other.leaf; });
  sorted.erase(twice, sorted.end());
  std::string bytes(kChainsMagic);
  bytes.reserve(known_chains_max_bytes());
  for (const auto& chain : sorted) {
    bytes.append(chain.leaf.data(), chain.leaf.size());
    bytes.append(chain.anchor.data(), chain.anchor.size());
    append_time(bytes, chain.until_ms);
  }
  return bytes + x509::sha256(bytes);
}

Result<std::vector<KnownChain>> decode_known_chains(std::string_view bytes) {
  if (!bytes.starts_with(kChainsMagic))
    return fail(Errc::invalid_data, "it does not begin as this version of Muster would write it");
  const auto body = bytes.size() - kChainsMagic.size();
  if (body < kDigestBytes || (body - kDigestBytes) % kChainBytes != 0 ||
      bytes.size() > known_chains_max_bytes())
    return fail(Errc::invalid_data, "it has another size than any that is written");
  const auto summed = bytes.substr(0, bytes.size() - kDigestBytes);
  if (x509::sha256(summed) != bytes.substr(summed.size()))
    return fail(Errc::invalid_data, "its content does not fit its checksum");
  std::vector<KnownChain> chains;
  chains.reserve(body / kChainBytes);
  for (auto left = summed.substr(kChainsMagic.size()); !left.empty();
       left.remove_prefix(kChainBytes))
    chains.push_back(read_chain_at(left));
  if (!std::is_sorted(chains.begin(), chains.end(), before))
    return fail(Errc::invalid_data, "its entries are in no order");
  return chains;
}

}  // namespace muster::security
