#include "orchestrator/provision/use_claims.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/provision/ledger_words.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/messages/token_use.hpp"

namespace muster::provision {
namespace {

tl::unexpected<Error> not_known(const TokenBook::Place& place, const std::string& why) {
  return fail(Errc::unavailable,
              fmt::format("whether join token {} may let {} in is not known yet: {}; it asks again "
                          "by itself",
                          place.token_id, place.identity, why));
}

}  // namespace

// A claim on its way, in its coroutine's frame.
struct UseClaims::Asked {
  Asked(UseClaims& owner, TokenBook::Place where, const TokenBook::Use& use, std::string on)
      : its(owner),
        place(std::move(where)),
        allowed(use.allowed_uses),
        further(use.further),
        topic(std::move(on)),
        heard(its.waits_) {
    its.asked_[topic] = this;
    ++its.asked_of_token_[place.token_id];
  }
  ~Asked() {
    count_no_more();
    its.asked_.erase(topic);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  void count_no_more() {
    if (!std::exchange(counts, false)) return;
    const auto at = its.asked_of_token_.find(place.token_id);
    if (--at->second == 0) its.asked_of_token_.erase(at);
  }
  // The first end counts: what comes after a link was lost tells nothing of an order.
  void end(End how) {
    count_no_more();
    if (ended != End::none) return;
    ended = how;
    heard.tell();
  }

  UseClaims& its;
  const TokenBook::Place place;
  const std::uint32_t allowed;
  const bool further;  // as of TokenBook::Use
  const std::string topic;
  std::string message;  // as it was published; empty: not yet
  std::chrono::steady_clock::time_point since;
  End ended = End::none;
  bool counts = true;  // among those that are not in the book yet
  loop::Wait heard;
};

UseClaims::UseClaims(LedgerHost& host, loop::Waits& waits, TokenBook& book, std::string collective)
    : host_(host),
      waits_(waits),
      clock_(waits.timers().clock()),
      book_(book),
      collective_(std::move(collective)),
      session_(host.session()),
      changed_(waits) {}

loop::Task<Result<UseClaims::Won>> UseClaims::win(TokenBook::Place place, TokenBook::Use use) {
  use.claimed_by = session_;
  const auto topic = words_of(collective_, place, use, messages::UseStage::claimed).topic;
  const auto until = clock_.steady() + kClaimPatience;
  while (clock_.steady() < until && !waits_.stopping()) {
    auto ending = end_claims_of_the_dead(place.token_id);
    MUSTER_CO_TRY(co_await ending);
    MUSTER_CO_ASSIGN(const auto step, next(place, use));
    if (step == Next::granted) co_return Won{.granted = true};
    if (step == Next::wait) {
      const bool known = book_.find(place) != nullptr;
      auto waiting = changed_.heard(known ? topic : place.token_id, kClaimLookedAtEvery);
      co_await waiting;
      continue;
    }
    auto asking = ask(place, use);
    MUSTER_CO_ASSIGN(const auto answer, co_await asking);
    if (answer.end == End::won) co_return Won{.until = answer.since + kGrantSaidWithin};
    if (answer.end == End::cut) co_return not_known(place, "the link to the broker was lost");
    if (answer.end == End::none)
      co_return not_known(place, fmt::format("our claim did not come back from the broker within "
                                             "{} s",
                                             kClaimHeardWithin.count()));
    if (answer.end == End::lost) {
      auto withdrawing = withdraw(place, use);
      MUSTER_CO_TRY(co_await withdrawing);
    }
  }
  co_return not_known(
      place, fmt::format("others' claims are not settled within {} s", kClaimPatience.count()));
}

Result<UseClaims::Next> UseClaims::next(const TokenBook::Place& place, const TokenBook::Use& use) {
  const auto* known = book_.find(place);
  if (known != nullptr && known->granted()) return Next::granted;
  if (!whole_) return Next::wait;
  if (known != nullptr) return book_.is_anothers(*known, session_) ? Next::wait : Next::ask;
  // Two machines may be called so, and one of them is let in as the first.
  if (const auto* other = use.further ? nullptr : book_.of_another_key(place, use)) {
    if (!other->granted()) return Next::wait;
    return not_known(place, "a machine of that name with another key has used it meanwhile");
  }
  const auto left = book_.left(place.token_id, use.allowed_uses, on_their_way(place.token_id));
  if (left == TokenBook::Left::none)
    return fail(Errc::refused, fmt::format("join token {} was spent meanwhile", place.token_id));
  MUSTER_TRY(book_.check_room(host_.dropped()));
  return left == TokenBook::Left::some ? Next::ask : Next::wait;
}

loop::Task<Result<UseClaims::Answer>> UseClaims::ask(TokenBook::Place place, TokenBook::Use use) {
  use.at_ms = clock_.unix_ms();  // by which a claim that is made anew is known
  auto words = words_of(collective_, place, use, messages::UseStage::claimed);
  Asked asked(*this, std::move(place), use, words.topic);
  auto sealing = host_.seal(words.kind, std::move(words.body));
  MUSTER_CO_ASSIGN(asked.message, co_await sealing);
  if (!whole_) co_return Answer{End::cut};
  asked.since = clock_.steady();
  MUSTER_CO_TRY(host_.publish(words.topic, asked.message));
  co_await asked.heard.until(kClaimHeardWithin);
  co_return Answer{asked.ended, asked.since};
}

loop::Task<Status> UseClaims::end_claims_of_the_dead(std::string token_id) {
  if (!whole_) co_return Status{};
  const auto ended = book_.ended_claims(token_id);
  for (const auto& claim : ended) {
    auto withdrawing = withdraw(claim.place, claim.use);
    MUSTER_CO_TRY(co_await withdrawing);
  }
  co_return Status{};
}

// Others take the claim over when this cannot be told.
loop::Task<Status> UseClaims::withdraw(TokenBook::Place place, TokenBook::Use use) {
  auto words = words_of(collective_, place, use, messages::UseStage::withdrawn);
  auto sealing = host_.seal(words.kind, std::move(words.body));
  MUSTER_CO_ASSIGN(auto sealed, co_await sealing);
  const auto* known = book_.find(place);
  if (known == nullptr || known->claimed_by != use.claimed_by) co_return Status{};
  MUSTER_CO_TRY(host_.publish(words.topic, std::move(sealed)));
  book_.withdraw(place, use.claimed_by);
  changed_.ring(place.token_id);
  co_return Status{};
}

// At once: what comes after it must not count.
void UseClaims::heard(const TokenBook::Place& place, const LedgerRow& row, TokenBook::Heard what) {
  if (const auto at = asked_.find(row.topic);
      at != asked_.end() && !at->second->message.empty() && at->second->message == row.message)
    at->second->end(judge(*at->second));
  if (what != TokenBook::Heard::granted && what != TokenBook::Heard::withdrawn) return;
  changed_.ring(row.topic);
  const auto* use = book_.find(place);
  const auto allowed = use == nullptr ? 0U : use->allowed_uses;
  const bool spent = allowed > 0 && book_.left(place.token_id, allowed, 0) == TokenBook::Left::none;
  if (spent || what == TokenBook::Heard::withdrawn) changed_.ring(place.token_id);
}

UseClaims::End UseClaims::judge(const Asked& asked) const {
  const auto* use = book_.find(asked.place);
  if (use == nullptr || clock_.steady() - asked.since > kClaimHeardWithin) return End::none;
  if (use->claimed_by != session_) return End::anothers;
  if (!asked.further && book_.of_another_key(asked.place, *use) != nullptr) return End::lost;
  return book_.is_within(asked.place.token_id, asked.allowed) && host_.dropped() == 0 ? End::won
                                                                                      : End::lost;
}

void UseClaims::cut() {
  whole_ = false;
  for (const auto& [topic, asked] : asked_)
    if (!asked->message.empty()) asked->end(End::cut);
}

std::size_t UseClaims::on_their_way(const std::string& token_id) const {
  const auto at = asked_of_token_.find(token_id);
  return at == asked_of_token_.end() ? 0 : at->second;
}

}  // namespace muster::provision
