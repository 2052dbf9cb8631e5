#include "orchestrator/cli/discovery/limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

// FNV-1a, 64 bit (RFC 9923), then the finaliser of SplitMix64: the same on every machine, unlike
// std::hash, and different for every seed.
std::uint64_t hash(std::size_t seed, std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  value += (seed + 1) * 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

}  // namespace

Result<Count> Count::parse(std::string_view option, std::string_view text) {
  Count count;
  std::string_view digits = text;
  count.percent_ = digits.ends_with('%');
  if (count.percent_) digits.remove_suffix(1);
  const auto most = count.percent_ ? std::size_t{100} : kCountMost;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, count.number_);
  if (digits.empty() || error != std::errc() || stopped != end || count.number_ == 0 ||
      count.number_ > most)
    return fail(Errc::config,
                fmt::format("{} {}: a number of nodes, 1 to {}, or a share, 1% to 100%", option,
                            base::quoted(text), kCountMost));
  return count;
}

std::size_t Count::of(std::size_t all) const {
  if (!percent_) return std::min(number_, all);
  return std::min(all, (all * number_ + 99) / 100);
}

std::vector<std::string> limited(std::vector<std::string> identities, const Limit& limit) {
  if (!limit.count) return identities;
  const auto kept = limit.count->of(identities.size());
  if (limit.seed)
    std::sort(identities.begin(), identities.end(), [&](const auto& a, const auto& b) {
      return hash(*limit.seed, a) < hash(*limit.seed, b);
    });
  identities.resize(kept);
  std::sort(identities.begin(), identities.end());
  return identities;
}

}  // namespace muster::cli
