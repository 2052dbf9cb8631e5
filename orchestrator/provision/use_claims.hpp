// Which orchestrator may let somebody in with a token that lets in a limited number: the broker's order decides.
//
// Whoever wants a use publishes a claim and waits until it has come back over the bus. By then all that the broker took before
// it has come, too: when it is all within what the token allows, the use is ours, for nobody who claims later can find room
// for one too many. Else the claim is withdrawn. No echo, no use (docs/adr/0073).
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "orchestrator/provision/ledger_host.hpp"
#include "orchestrator/provision/token_book.hpp"
#include "proto/base/clock.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// From publishing a claim to hearing it. Less than kGrantSaidWithin, so that the grant can be written down.
inline constexpr std::chrono::seconds kClaimHeardWithin{10};
// For a use in all, while others' claims are waited for.
inline constexpr std::chrono::seconds kClaimPatience{60};
// While it waits for others, it looks again so often: no message tells that a claim is too old.
inline constexpr std::chrono::seconds kClaimLookedAtEvery{1};

// On the loop's thread. What it is given must outlive it, and it must outlive its tasks, of which there may be any number.
class UseClaims {
 public:
  UseClaims(LedgerHost& host, loop::Waits& waits, TokenBook& book, std::string collective);

  struct Won {
    bool granted = false;  // already, by another orchestrator
    // Else it is ours, as long as we say before then that it is granted.
    std::chrono::steady_clock::time_point until = {};
  };
  // For one place one at a time. Errc::refused when the token is spent, Errc::limit as TokenBook::check_room(),
  // Errc::unavailable when nobody knows, or another key of that name came first, which is judged otherwise: it is to be
  // asked for again.
  loop::Task<Result<Won>> win(TokenBook::Place place, TokenBook::Use use);

  // A message about a use came, and the book has taken it in.
  void heard(const TokenBook::Place& place, const LedgerRow& row, TokenBook::Heard what);
  // The link was lost: what others say is not heard. And: all that the broker keeps has been heard. At first it has not.
  void cut();
  void whole() { whole_ = true; }
  bool is_whole() const { return whole_; }

 private:
  struct Asked;
  enum class Next { ask, wait, granted };
  enum class End { none, cut, won, lost, anothers };
  // What came of one asking, and when its claim was published.
  struct Answer {
    End end = End::none;
    std::chrono::steady_clock::time_point since = {};
  };
  Result<Next> next(const TokenBook::Place& place, const TokenBook::Use& use);
  // Whoever made them is dead; otherwise each who starts would count them anew.
  loop::Task<Status> end_claims_of_the_dead(std::string token_id);
  loop::Task<Result<Answer>> ask(TokenBook::Place place, TokenBook::Use use);
  loop::Task<Status> withdraw(TokenBook::Place place, TokenBook::Use use);
  End judge(const Asked& asked) const;
  std::size_t on_their_way(const std::string& token_id) const;

  LedgerHost& host_;
  loop::Waits& waits_;
  const base::Clock& clock_;
  TokenBook& book_;
  const std::string collective_;
  const std::string session_;
  bool whole_ = false;
  std::map<std::string, Asked*> asked_;  // by topic
  std::map<std::string, std::size_t>
      asked_of_token_;   // those that are not in the book yet, by token
  loop::Bells changed_;  // of a use, by its topic, and of what is left of a token, by its id
};

}  // namespace muster::provision
