// What this process has signed lately: the broker gives it back to us as well, and it needs no second check.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "proto/base/guarded.hpp"

namespace muster::client {

inline constexpr std::size_t kOwnWordsKept = 4'096;  // messages; of each its SHA-256

// Thread-safe.
class OwnWords {
 public:
  // A whole message, as it goes out. The oldest of more than kOwnWordsKept is forgotten.
  void said(std::string_view message);
  // The very bytes.
  bool has_said(std::string_view message) const;

 private:
  struct Digests {
    std::set<std::string> all;
    std::deque<std::string> in_order;
  };
  base::Guarded<Digests> digests_;
};

}  // namespace muster::client
