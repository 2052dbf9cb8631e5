// What is known of join tokens, in memory: who used each, and which were revoked.
//
// A use of a token that lets in a limited number is claimed first, and counts from then on; it lets somebody in once it is
// granted (docs/adr/0073). What is granted stays so, a claim may be withdrawn by whoever made it.
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
#include <set>
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
// From asking for a use to saying that it is granted. Who takes longer has no claim any more and asks again.
inline constexpr std::chrono::seconds kGrantSaidWithin{20};
// After it, whoever is asked may claim what another claimed and neither granted nor withdrew. Longer than the former by what
// a message may be late.
inline constexpr std::chrono::seconds kClaimSettles{30};
// What was neither granted nor withdrawn for so long is claimed by nobody any more: he who claimed it is dead. Longer than any
// grant may be late that he had said before.
inline constexpr std::chrono::minutes kClaimEnds{10};

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
    std::string claimed_by = {};  // the session of whoever decides about it; empty: it is granted
    std::chrono::steady_clock::time_point claimed_at = {};        // when we heard of it first
    std::chrono::steady_clock::duration ends_after = kClaimEnds;  // the claim

    bool granted() const { return claimed_by.empty(); }
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

  // Counts a use of a token that lets in any number. Errc::limit as check_room().
  Status count(const Place& place, Use use, std::size_t dropped);
  // Errc::limit when nothing new is counted. `dropped`: uses that came and nobody could read.
  Status check_room(std::size_t dropped);
  // What was counted here and could not be told to others. False: it was heard of another meanwhile, and stays.
  bool take_back(const Place& place, const std::string& own_serial);

  // What is left of a token for one more. `asked`: claims on their way, which are not here yet.
  enum class Left { some, claims_only, none };
  Left left(const std::string& token_id, std::uint32_t allowed, std::size_t asked) const;
  // Whether all that counts, claims among it, is within what the token allows.
  bool is_within(const std::string& token_id, std::uint32_t allowed) const;
  // Another key's use of that name (a master's: of that name and CA), claimed or granted. Null: there is none.
  const Use* of_another_key(const Place& place, const Use& use) const;
  // Claims on that token of which nothing can come any more: they are to be withdrawn in the name of whoever made them.
  struct Claim {
    Place place;
    Use use;
  };
  std::vector<Claim> ended_claims(const std::string& token_id) const;
  // Whether another than `session` decides about this claim still.
  bool is_anothers(const Use& use, const std::string& session) const;
  // Our own claim, once that is told.
  void grant(const Place& place);
  // Unless another's claim stands there by now.
  void withdraw(const Place& place, const std::string& claimed_by);

  // What an orchestrator said, we among them.
  enum class Heard {
    nothing,  // it is over, there is no room for it, or it changes nothing
    claim,    // one was made or renewed
    granted,  // it is to be on disk
    withdrawn,
    less  // a claim or its end, where it is known to be granted: that is to be said again
  };
  Heard remember(const messages::TokenUse& use, const std::string& signer_serial);
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
    std::set<Key> claimed;      // those that are not granted
    std::uint32_t counted = 0;  // distinct names, for masters with their CAs, and further keys
    std::uint32_t granted = 0;  // of them
    std::optional<Revocation> revocation;

    void add(Key key, Use use);
    std::size_t erase(const Key& key);  // how many: 0 or 1
    void grant(const Key& key);
    // Whether this use is the only one by which its name counts; `of_granted`: among those alone.
    bool counts_once_more(const Key& key, const Use& use, bool of_granted) const;
  };
  Use* find_use(const Place& place);
  Heard withdrawn(const Place& place, Use* known, const std::string& claimed_by);
  Heard claimed_again(Use& known, const messages::TokenUse& use, const std::string& signer_serial);
  Heard add(const Place& place, Use use);
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
