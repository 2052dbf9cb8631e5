// What is known of join tokens, in memory: who used each, and which were revoked.
//
// A use is (token, name, key), and for a master (token, name, CA). What is known stays. A use is forgotten a day after its
// token's end, once there is no room for another. One that was heard and could not be kept might be any token's: from then on
// nothing new is counted, so that no spent token becomes good again; what is known to be used stays so.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/client/ending_soon.hpp"
#include "orchestrator/provision/token_user.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/security/join_claims.hpp"

namespace muster::provision {

inline constexpr std::size_t kTokenUsesMax = 1'000'000;  // remembered in all
inline constexpr std::chrono::minutes kForgetEvery{1};   // at most, for that looks at all of them
inline constexpr std::chrono::hours kUseKeptAfterEnd{24};

// On one thread. The clock must outlive it.
class TokenBook {
 public:
  struct Use {
    std::string identity;
    std::string ca_fingerprint;
    std::int64_t at_ms = 0;
    bool further = false;  // another key than the name's first
    std::int64_t expires_at_ms = 0;
    std::string signer_serial = {};  // of the orchestrator's certificate
    std::int64_t issued_at_ms = 0;   // its token's, as the next
    std::uint32_t allowed_uses = 0;  // 0: any number
  };
  // Where a use stands.
  struct Place {
    std::string token_id;
    std::string identity;
    std::string subject;
  };
  struct Revocation {
    std::string by;             // and why
    std::string signer_serial;  // as of a use
  };
  // What somebody's certificate has signed: a use of that place, or the token's revocation when it has no identity.
  struct Signed {
    Place place;
    bool is_revocation() const { return place.identity.empty(); }
  };

  TokenBook(const base::Clock& clock, std::size_t uses_max) : clock_(clock), uses_max_(uses_max) {}

  admission::Standing standing(const security::JoinClaims& token, const TokenUser& user) const;
  // Tokens that somebody has used and that others may use still: neither spent nor revoked.
  std::vector<client::TokenEnd> in_use() const;
  const Use* find(const Place& place) const;                        // null: there is none
  const Revocation* revocation(const std::string& token_id) const;  // null: it is not revoked

  // Counts a use that somebody wants to make here. False: it is one already. Errc::refused when the token is spent,
  // Errc::limit when nothing new is counted. `dropped`: uses that came and nobody could read.
  Result<bool> count(const security::JoinClaims& token, const TokenUser& user, Use use,
                     std::size_t dropped);
  // What was counted here and could not be told to others. False: it was heard of another meanwhile, and stays.
  bool take_back(const Place& place, const std::string& own_serial);
  // What another orchestrator counted. False: it is over, or there is no room for it.
  bool remember(const messages::TokenUse& use, const std::string& signer_serial);
  // The broker has it no more. True: it is to be put back. One whose token is over is forgotten.
  bool is_missed(const Place& place);

  // An operator's word counts in place of what was known; what is heard only when nothing was.
  void revoke(const std::string& token_id, Revocation revocation);
  void heard_revoked(const std::string& token_id, Revocation revocation);

  // What those have signed whose serial `revoked` tells. Looks at everything.
  std::vector<Signed> signed_by(
      const std::function<bool(const std::string& serial)>& revoked) const;
  void set_signer(const Signed& what, const std::string& serial);

 private:
  using Key = std::pair<std::string, std::string>;  // name and subject
  // Its uses, and how often it counts as used, without looking at all of them.
  struct Token {
    std::map<Key, Use> uses;
    std::uint32_t counted = 0;  // distinct names, for masters with their CAs, and further keys
    std::optional<Revocation> revocation;

    void add(Key key, Use use);
    std::size_t erase(const Key& key);  // how many: 0 or 1
    // Whether another use than `key` makes the same name count.
    bool name_counts_beside(const Key& key, const Use& use) const;
  };
  Use* find_use(const Place& place);
  Status check_room(std::size_t dropped);
  bool room_for_one();
  void forget_what_is_over();

  const base::Clock& clock_;
  const std::size_t uses_max_;
  std::map<std::string, Token> tokens_;  // by id
  std::size_t total_ = 0;                // uses
  std::size_t lost_ = 0;                 // uses that were heard and not kept
  std::optional<std::chrono::steady_clock::time_point> forgot_at_;
};

// When a use of a token that ends then is of no use any more.
std::int64_t use_kept_until_ms(std::int64_t token_expires_at_ms);

}  // namespace muster::provision
