// How often each join token was used, and which were revoked: retained, signed messages on the bus, so that all orchestrators
// count together without a database.
//
// What was once heard stays: an empty message, or one that says less, removes nothing; the ledger puts back what the broker no
// longer holds. All of it is on disk as well (docs/adr/0057). What it decides is decided in memory, by the TokenBook, between
// two waits; what is signed, written and told is told by the LedgerHost (docs/adr/0062).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/ledger_host.hpp"
#include "orchestrator/provision/ledger_words.hpp"
#include "orchestrator/provision/token_book.hpp"
#include "orchestrator/provision/token_user.hpp"
#include "orchestrator/provision/use_claims.hpp"
#include "proto/base/throttle.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"
#include "proto/messages/token_use.hpp"

namespace muster::provision {

inline constexpr std::chrono::hours kFullToldEvery{
    1};  // at most, while it refuses for want of room

// On the loop's thread. What it is given must outlive it.
class TokenLedger {
 public:
  struct Options {
    std::string collective;
    std::size_t uses_max = kTokenUsesMax;
    // Hears why nothing more is counted, every kFullToldEvery at most.
    std::function<void(const std::string& why)> on_full = {};
  };
  TokenLedger(LedgerHost& host, loop::Waits& waits, Options options);

  admission::Standing standing(const security::JoinClaims& token, const TokenUser& user) const {
    return book_.standing(token, user);
  }
  // As TokenBook::in_use().
  std::vector<client::TokenEnd> in_use() const { return book_.in_use(); }

  // Counts it, unless it is a use already. Ends when it is on disk and on its way to the others; where the token lets in a
  // limited number, our claim has come back from the broker before (UseClaims). `further`: another key than the name's first.
  // Errc::refused, limit and unavailable as UseClaims::win(), and unavailable when it cannot be told: then it is no use.
  loop::Task<Status> use(security::JoinClaims token, TokenUser user, bool further);
  // Whether a use of that token by that name is being written and told: what standing() says of it may be taken back.
  bool is_telling(const std::string& token_id, const std::string& identity) const;
  // Until none is, well or not. Errc::unavailable when that takes longer than loop::kWorkPatience.
  loop::Task<Status> until_told(std::string token_id, std::string identity);
  // The token is good for nothing any more, from now on. `by`: the operator who wanted it.
  loop::Task<Status> revoke(std::string token_id, std::string by, std::string reason);
  // Uses and revocations that were signed with a certificate which was revoked since are signed by us: the
  // others would not count them when they start anew. Does nothing when it did so for the newest list already.
  loop::Task<Status> sign_what_revoked_signed();

  // What the bus says on `topic`, verified and about what the topic names. `message` as it was signed. Counts; while we stop
  // it is not written down any more, since the bus has it for the next start.
  void heard(const messages::TokenUse& use, const std::string& signer_serial, LedgerRow row);
  void heard(const messages::TokenRevocation& revocation, const std::string& signer_serial,
             LedgerRow row);
  // The topic holds nothing any more. Nobody may remove a use or a revocation: it is put back.
  void cleared(const std::string& topic);
  // Goes on with what could not be put back, or not be written down; to be called now and then.
  void try_again();
  // Whether a revocation stands there, or a use that is granted, as far as is known.
  bool knows(const std::string& topic) const;
  // As of UseClaims. Until the first whole(), and after cut() until the next, no token that lets in a limited number is used.
  void cut() { claims_.cut(); }
  void whole() { claims_.whole(); }

  // Nothing is being written or put back.
  bool idle() const { return stories_.idle(); }
  // Called whenever something has ended that idle() waits for.
  void on_end(std::function<void()> handler) { stories_.on_end(std::move(handler)); }

 private:
  loop::Task<Status> count(TokenBook::Place place, TokenBook::Use use);
  loop::Task<Status> claim(TokenBook::Place place, TokenBook::Use use);
  LedgerWords said_again(const TokenBook::Signed& what) const;
  // Signs, writes down, publishes.
  loop::Task<Status> tell(LedgerWords said);
  // The same, as long as it is not later than that.
  loop::Task<Status> tell_before(LedgerWords said, std::chrono::steady_clock::time_point until);
  loop::Task<Status> sign_anew(std::vector<TokenBook::Signed> found, std::uint64_t judged_by);
  loop::Task<Status> put_back();
  // Or it is written once there is room: the broker and we may forget at once, when nobody else is there.
  loop::Task<Status> keep(LedgerRow row);
  loop::Task<Status> write_down();
  void tell_full(const std::string& why);

  LedgerHost& host_;
  loop::Waits& waits_;
  const base::Clock& clock_;
  const Options options_;
  TokenBook book_;
  UseClaims claims_;
  base::Throttle told_full_;
  std::set<std::string> telling_;  // tokens and names of which a use is being written and told
  loop::Bells told_;               // rung with both when that has ended
  std::uint64_t judged_by_ = 0;    // host_.revocations() by which all signers here were looked at
  bool is_signing_ = false;
  std::set<std::string> missed_;  // topics to be put back
  bool is_putting_back_ = false;
  std::set<std::string> unwritten_;  // topics that count and that the disk did not take
  bool is_writing_ = false;
  loop::Stories stories_;
};

}  // namespace muster::provision
