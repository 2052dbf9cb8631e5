#include "orchestrator/provision/token_ledger.hpp"

#include <fmt/format.h>

#include <utility>

#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {

namespace {

// Neither has a slash.
std::string use_of(const std::string& token_id, const std::string& identity) {
  return token_id + "/" + identity;
}

std::string who_and_why(const std::string& by, const std::string& reason) {
  return reason.empty() ? by : fmt::format("{} ({})", by, reason);
}

}  // namespace

TokenLedger::TokenLedger(LedgerHost& host, loop::Waits& waits, Options options)
    : host_(host),
      waits_(waits),
      clock_(waits.timers().clock()),
      options_(std::move(options)),
      book_(clock_, options_.uses_max),
      claims_(host, waits, book_, options_.collective),
      told_full_(clock_, {.burst = 1, .every = kFullToldEvery, .names_max = 1}),
      told_(waits) {}

void TokenLedger::tell_full(const std::string& why) {
  if (!told_full_.pass()) return;
  log::error("no join token can be used", {{"why", why}});
  if (options_.on_full) options_.on_full(why);
}

// Without a topic: there is no such thing any more.
LedgerWords TokenLedger::said_again(const TokenBook::Signed& what) const {
  if (!what.is_revocation()) {
    const auto* use = book_.find(what.place);
    if (use == nullptr || !use->granted()) return {};
    return words_of(options_.collective, what.place, *use, messages::UseStage::granted);
  }
  const auto* known = book_.revocation(what.place.token_id);
  if (known == nullptr) return {};
  messages::TokenRevocation again;
  again.token_id = what.place.token_id;
  again.by = known->by;
  again.at_ms = clock_.unix_ms();
  return words_of(options_.collective, again);
}

loop::Task<Status> TokenLedger::tell(LedgerWords said) {
  auto telling = tell_before(std::move(said), std::chrono::steady_clock::time_point::max());
  co_return co_await telling;
}

loop::Task<Status> TokenLedger::tell_before(LedgerWords said,
                                            std::chrono::steady_clock::time_point until) {
  auto sealing = host_.seal(said.kind, std::move(said.body));
  MUSTER_CO_ASSIGN(auto sealed, co_await sealing);
  auto keeping = host_.keep({said.topic, sealed, said.until_ms});
  const auto kept = co_await keeping;
  if (clock_.steady() >= until)
    co_return fail(Errc::unavailable, "the use of a join token was written down too late");
  MUSTER_CO_TRY(host_.publish(said.topic, std::move(sealed)));
  // What nobody was told is no use, and is not to be written later either.
  if (!kept) unwritten_.insert(said.topic);
  co_return Status{};
}

loop::Task<Status> TokenLedger::keep(LedgerRow row) {
  auto topic = row.topic;
  auto keeping = host_.keep(std::move(row));
  const auto kept = co_await keeping;
  if (!kept) unwritten_.insert(std::move(topic));
  co_return kept;
}

bool TokenLedger::is_telling(const std::string& token_id, const std::string& identity) const {
  return telling_.contains(use_of(token_id, identity));
}

loop::Task<Status> TokenLedger::until_told(std::string token_id, std::string identity) {
  while (is_telling(token_id, identity)) {
    auto ending = told_.heard(use_of(token_id, identity), loop::kWorkPatience);
    if (co_await ending != loop::Woken::told)
      co_return fail(Errc::unavailable, "the use of a join token was not written down");
  }
  co_return Status{};
}

loop::Task<Status> TokenLedger::use(security::JoinClaims token, TokenUser user, bool further) {
  TokenBook::Place place{token.id, user.identity, user.subject()};
  TokenBook::Use use{user.identity,       user.ca_fingerprint, clock_.unix_ms(),   further,
                     token.expires_at_ms, host_.own_serial(),  token.issued_at_ms, token.uses};
  // Whoever shows the same again, while it is being told, has it when that is done; or tells it himself.
  if (is_telling(token.id, user.identity)) {
    auto others = until_told(token.id, user.identity);
    MUSTER_CO_TRY(co_await others);
  }
  if (const auto* known = book_.find(place); known != nullptr && known->granted())
    co_return Status{};
  const auto by_whom = use_of(token.id, user.identity);
  telling_.insert(by_whom);
  auto telling = token.uses > 0 ? claim(std::move(place), std::move(use))
                                : count(std::move(place), std::move(use));
  const auto told = co_await telling;
  telling_.erase(by_whom);
  told_.ring(by_whom);
  if (!told && told.error().code == Errc::limit) tell_full(told.error().message);
  co_return told;
}

// Before anybody waits, so that nobody is in doubt about it.
loop::Task<Status> TokenLedger::count(TokenBook::Place place, TokenBook::Use use) {
  auto said = words_of(options_.collective, place, use, messages::UseStage::granted);
  const auto topic = said.topic;
  const auto serial = use.signer_serial;
  MUSTER_CO_TRY(book_.count(place, std::move(use), host_.dropped()));
  auto telling = tell(std::move(said));
  const auto told = co_await telling;
  if (told) co_return told;
  // Or the next attempt would find it there, and nobody else would ever hear of it.
  if (book_.take_back(place, serial)) host_.forget(topic);
  co_return told;
}

loop::Task<Status> TokenLedger::claim(TokenBook::Place place, TokenBook::Use use) {
  auto winning = claims_.win(place, use);
  MUSTER_CO_ASSIGN(const auto won, co_await winning);
  if (won.granted) co_return Status{};
  auto said = words_of(options_.collective, place, use, messages::UseStage::granted);
  const auto topic = said.topic;
  auto telling = tell_before(std::move(said), won.until);
  const auto told = co_await telling;
  if (told) {
    book_.grant(place);
    co_return told;
  }
  // Another may have said so meanwhile.
  if (!knows(topic)) host_.forget(topic);
  co_return told;
}

loop::Task<Status> TokenLedger::revoke(std::string token_id, std::string by, std::string reason) {
  MUSTER_CO_TRY(base::check_word("token id", token_id));
  book_.revoke(token_id, {who_and_why(by, reason), host_.own_serial()});
  messages::TokenRevocation revocation;
  revocation.token_id = token_id;
  revocation.by = by;
  revocation.reason = reason;
  revocation.at_ms = clock_.unix_ms();
  auto telling = tell(words_of(options_.collective, revocation));
  co_return co_await telling;
}

loop::Task<Status> TokenLedger::sign_what_revoked_signed() {
  const auto lists = host_.revocations();
  if (lists == judged_by_ || is_signing_) co_return Status{};
  if (host_.is_revoked(host_.own_serial())) co_return Status{};  // nobody would believe us
  is_signing_ = true;
  auto found =
      book_.signed_by([this](const std::string& serial) { return host_.is_revoked(serial); });
  auto signing = sign_anew(std::move(found), lists);
  const auto done = co_await signing;
  is_signing_ = false;
  co_return done;
}

// What fails is left for the next call, which looks at all of it again. Without a link all would fail, each after a write.
loop::Task<Status> TokenLedger::sign_anew(std::vector<TokenBook::Signed> found,
                                          std::uint64_t judged_by) {
  Status all;
  for (const auto& what : found) {
    if (waits_.stopping()) co_return fail(Errc::unavailable, "the orchestrator is stopping");
    auto said = said_again(what);
    if (said.topic.empty()) continue;
    auto telling = tell(std::move(said));
    const auto told = co_await telling;
    if (told)
      book_.set_signer(what, host_.own_serial());
    else
      all = told;
    if (!told && told.error().code == Errc::unavailable) co_return told;
  }
  if (all) judged_by_ = judged_by;
  co_return all;
}

void TokenLedger::try_again() {
  if (!missed_.empty() && !is_putting_back_) stories_.begin(put_back());
  if (!unwritten_.empty() && !is_writing_) stories_.begin(write_down());
}

void TokenLedger::heard(const messages::TokenUse& use, const std::string& signer_serial,
                        LedgerRow row) {
  const auto what = book_.remember(use, signer_serial);
  claims_.heard(place_of(row.topic), row, what);
  if (what == TokenBook::Heard::less) missed_.insert(row.topic);
  // While we start there is no loop yet: it is put back with the first look around.
  if (what == TokenBook::Heard::less && claims_.is_whole()) try_again();
  if (what != TokenBook::Heard::granted || waits_.stopping()) return;
  row.until_ms = use_kept_until_ms(use.expires_at_ms);
  stories_.begin(keep(std::move(row)));
}

void TokenLedger::heard(const messages::TokenRevocation& revocation,
                        const std::string& signer_serial, LedgerRow row) {
  book_.heard_revoked(revocation.token_id,
                      {who_and_why(revocation.by, revocation.reason), signer_serial});
  if (waits_.stopping()) return;
  row.until_ms = LedgerRow::kForEver;
  stories_.begin(keep(std::move(row)));
}

bool TokenLedger::knows(const std::string& topic) const {
  const auto place = place_of(topic);
  const auto* use = book_.find(place);
  if (is_of_a_use(topic)) return use != nullptr && use->granted();
  return book_.revocation(place.token_id) != nullptr;
}

void TokenLedger::cleared(const std::string& topic) {
  const auto place = place_of(topic);
  const bool missed = is_of_a_use(topic) ? book_.is_missed(place) : knows(topic);
  if (!missed) return;
  missed_.insert(topic);
  try_again();
}

// One after the other, however many were cleared at once.
loop::Task<Status> TokenLedger::put_back() {
  is_putting_back_ = true;
  while (!missed_.empty() && !waits_.stopping()) {
    const auto topic = *missed_.begin();
    auto said = said_again({place_of(topic)});
    if (!said.topic.empty()) {
      auto telling = tell(std::move(said));
      if (const auto told = co_await telling; !told) {
        log::warning("cannot put back what is known of tokens: tried again later",
                     {{"topic", topic},
                      {"topics", std::to_string(missed_.size())},
                      {"why", told.error().message}});
        break;
      }
    }
    missed_.erase(topic);
  }
  is_putting_back_ = false;
  co_return Status{};
}

// The host has told people why it could not be written.
loop::Task<Status> TokenLedger::write_down() {
  is_writing_ = true;
  while (!unwritten_.empty() && !waits_.stopping()) {
    const auto topic = *unwritten_.begin();
    if (auto said = said_again({place_of(topic)}); !said.topic.empty()) {
      auto sealing = host_.seal(said.kind, std::move(said.body));
      auto sealed = co_await sealing;
      if (!sealed) break;
      auto keeping = host_.keep({topic, *std::move(sealed), said.until_ms});
      if (const auto kept = co_await keeping; !kept) break;
    }
    unwritten_.erase(topic);
  }
  is_writing_ = false;
  co_return Status{};
}

}  // namespace muster::provision
