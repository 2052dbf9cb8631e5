// How often each join token was used, and which were revoked: retained, signed messages on the bus,
// so that all orchestrators count together without a database.
//
// A use is (token, name, key), and for a master (token, name, CA). What was once heard stays: an
// empty message, or one that says less, removes nothing; the ledger puts back what the broker no
// longer holds. A use is forgotten a day after its token's end, once there is no room for another.
// One that was heard and could not be kept might be any token's: from then on nothing new is counted, so
// that no spent token becomes good again; what is known to be used stays so.
//
// With a file, all of it is on disk as well: what the bus lacks when an orchestrator starts is verified once more,
// counts, and is published again (docs/adr/0057).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/client/ending_soon.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/security/join_claims.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {
class Link;
class Retained;
}  // namespace muster::client
namespace muster::provision {

class LedgerFile;

inline constexpr std::size_t kTokenUsesMax = 1'000'000;  // remembered in all
inline constexpr std::chrono::minutes kForgetEvery{1};   // at most, for that looks at all of them
inline constexpr std::size_t kUseMessageBytes =
    2'048;  // of one that is retained, with its signer's certificate
// Messages waiting to be verified: the broker lets only orchestrators write them, and does not say
// which one did. Whoever starts gets all that are retained at once, so that each that can be remembered has its place.
inline constexpr base::FairLimits ledger_queue(std::size_t uses_max) {
  return {.items = uses_max,
          .per_sender = uses_max,
          .bytes = uses_max * kUseMessageBytes,
          .bytes_per_sender = uses_max * kUseMessageBytes};
}
inline constexpr std::chrono::minutes kLedgerPatience{
    5};  // for all of them to be verified at start
inline constexpr std::chrono::hours kUseKeptAfterEnd{24};
// Of a use's topic: muster/v1/<collective>/trust/use/<token>/<identity>/<subject>.
inline constexpr std::size_t kUseTokenLevel = 5;
inline constexpr std::size_t kUseNameLevel = 6;
inline constexpr std::chrono::hours kFullToldEvery{
    1};  // at most, while it refuses for want of room

// Thread-safe.
class TokenLedger {
 public:
  // Who wants to use a token.
  struct User {
    std::string identity;
    std::string key_fingerprint;  // of its join key
    std::string ca_fingerprint;   // of the CA that it offers; a node has none
    const std::string& subject() const {
      return ca_fingerprint.empty() ? key_fingerprint : ca_fingerprint;
    }
  };

  struct Options {
    std::size_t uses_max = kTokenUsesMax;
    base::FairLimits queue = ledger_queue(kTokenUsesMax);
    std::filesystem::path file = {};  // empty: the bus alone remembers
    // Hears why nothing more is counted, every kFullToldEvery at most. On the thread that wants to use a
    // token, with no lock held.
    std::function<void(const std::string& why)> on_full = {};
  };
  // Returns once everything retained was read: an orchestrator that starts counts nothing twice. Errc::io or config
  // when the file cannot be used; a broken one is put aside.
  static Result<std::unique_ptr<TokenLedger>> watch(client::Link& link,
                                                    std::chrono::milliseconds patience,
                                                    Options options);
  static Result<std::unique_ptr<TokenLedger>> watch(client::Link& link,
                                                    std::chrono::milliseconds patience);
  ~TokenLedger();

  admission::Standing standing(const security::JoinClaims& token, const User& user) const;
  // Counts it, unless it is a use already. `further`: another key than the name's first.
  // Errc::refused when the token was spent meanwhile, Errc::limit at uses_max, or once a use was heard
  // that could not be kept: the reason says what to do.
  Status use(const security::JoinClaims& token, const User& user, bool further);
  // Uses and revocations that were signed with a certificate which was revoked since are signed by us: the
  // others would not count them when they start anew.
  void sign_what_revoked_signed();
  // The token is good for nothing any more. `by`: the operator who wanted it.
  Status revoke(const std::string& token_id, const std::string& by, const std::string& reason);
  // Tokens that somebody has used and that others may use still: neither spent nor revoked.
  std::vector<client::TokenEnd> in_use() const;

 private:
  struct Use {
    std::string identity;
    std::string ca_fingerprint;
    std::int64_t at_ms = 0;
    bool further = false;
    std::int64_t expires_at_ms = 0;
    std::string signer_serial = {};  // of the orchestrator's certificate
    std::int64_t issued_at_ms = 0;   // its token's, as the next
    std::uint32_t allowed_uses = 0;  // 0: any number
  };
  struct Token {
    std::map<std::pair<std::string, std::string>, Use> uses;  // by name and subject
    std::string revoked_by;                                   // empty: it is not revoked
    std::string revocation_signer;                            // serial, as of a use
  };

  // Of a revoked signer.
  struct Disowned {
    std::string token_id;
    std::pair<std::string, std::string> key;  // of the use; empty: the token's revocation
    Use use;
    std::string revoked_by;
  };

  TokenLedger(client::Link& link, Options options);
  std::vector<Disowned> disowned() const;  // with mutex_ held
  Status sign_anew(const Disowned& one);
  bool take_use(const transport::Message& message);
  bool take_revocation(const transport::Message& message);
  // False: it is over, or there is no room for it.
  bool remember(const messages::TokenUse& use, const std::string& signer_serial);
  Status hear_all(std::chrono::milliseconds patience);
  // What the file has and the bus has not brought.
  Status bring_back();
  bool is_known(const std::string& topic) const;
  void write_down(const std::string& topic, const std::string& message, std::int64_t until_ms);
  Status publish(const std::string& token_id, const std::string& subject, const Use& use);
  Status publish(const messages::TokenRevocation& revocation);
  void put_back_use(const std::string& topic);
  bool room_for_one();  // with mutex_ held; forgets what is over if need be
  // With mutex_ held: why no further use is counted.
  Status check_room();
  Status count(const security::JoinClaims& token, const User& user, const Use& use, bool& is_new);
  void tell_full(const std::string& why);
  static std::uint32_t counted(const Token& token);

  client::Link& link_;
  const Options options_;
  std::unique_ptr<LedgerFile> file_;  // null: none
  mutable std::mutex mutex_;
  std::map<std::string, Token> tokens_;  // by id
  std::size_t total_ = 0;
  std::size_t lost_ = 0;  // uses that were heard and not kept
  base::Throttle told_full_;
  base::Throttle told_unwritten_;
  std::optional<std::chrono::steady_clock::time_point> forgot_at_;
  std::uint64_t judged_by_ = 0;  // the lists' numbers by which all signers here were looked at
  std::unique_ptr<client::Retained> heard_uses_;
  std::unique_ptr<client::Retained> heard_revocations_;
};

}  // namespace muster::provision
