// Which request each recent certificate was signed from. The CA forgets a request once it has
// signed it; without this, an orchestrator that died between signing and noting so could not tell
// its own signature from another's.
#pragma once

#include <deque>
#include <filesystem>
#include <string>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppetca {

inline constexpr std::size_t kSignedRequestsKept = 1000;

// In one file, replaced whole. Thread-safe.
class SignedRequests {
 public:
  explicit SignedRequests(std::filesystem::path file);

  // Fingerprints in plain hex.
  Status remember(const std::string& request, const std::string& certificate);
  bool matches(const std::string& request, const std::string& certificate) const;

 private:
  struct Pair {
    std::string request;
    std::string certificate;
  };

  const std::filesystem::path file_;
  base::Guarded<std::deque<Pair>> pairs_;  // newest last
};

}  // namespace muster::plugins::puppetca
