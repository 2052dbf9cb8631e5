// How often each join token was used: retained, signed messages on the bus, so that all
// orchestrators count together without a database.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "proto/base/result.hpp"
#include "proto/security/join_token.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

inline constexpr std::size_t kTokenUsesMax = 1'000'000;  // remembered in all

// Thread-safe.
class TokenLedger {
 public:
  static Result<std::unique_ptr<TokenLedger>> watch(client::Link& link);
  ~TokenLedger();

  // Counts this identity as a use of the token. The same name may come again, with another key too:
  // it is a use already. Errc::refused when the token's uses are spent: says by whom the last ones
  // were.
  Status use(const security::JoinToken& token, const std::string& identity,
             const std::string& key_fingerprint);

 private:
  explicit TokenLedger(client::Link& link) : link_(link) {}
  void take(const std::string& payload);
  client::Link& link_;
  std::mutex mutex_;
  std::map<std::string, std::set<std::string>> uses_;  // token id -> identities
  std::size_t total_ = 0;
  std::string filter_;
};

}  // namespace muster::provision
