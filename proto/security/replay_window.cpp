#include "proto/security/replay_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::security {
namespace {

using std::chrono::milliseconds;

std::string seconds(std::int64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

std::string key_of(const ReplayWindow::Sending& sending) {
  return fmt::format("{}/{}", sending.caller, sending.id);
}

Status check_form(std::string_view id, std::int64_t ttl_ms) {
  if (id.empty() || id.size() > kRequestIdMaxBytes)
    return fail(Errc::invalid_data, fmt::format("request id {} must have 1 to {} bytes",
                                                base::quoted(id), kRequestIdMaxBytes));
  if (ttl_ms <= 0 || ttl_ms > kTtlMaxMs)
    return fail(Errc::invalid_data, fmt::format("request {}: a time to live of {} ms; 1 to {} are "
                                                "accepted",
                                                base::quoted(id), ttl_ms, kTtlMaxMs));
  return {};
}

}  // namespace

ReplayWindow::ReplayWindow(const base::Clock& clock, std::int64_t opened_at_ms)
    : clock_(clock), state_(clock.steady() - milliseconds(clock.unix_ms() - opened_at_ms)) {}

ReplayWindow::ReplayWindow(const base::Clock& clock, ReplayJournal journal)
    : ReplayWindow(clock, clock.unix_ms()) {
  const base::Locked state(state_);
  const auto now = state->opened;
  if (const auto past = journal.read()) resume(*state, *past);
  state->journal.emplace(std::move(journal));
  write_journal(*state);
  // Then the file may be from long ago: earlier processes could not write it either.
  if (!state->journal) state->opened = now;
}

std::int64_t ReplayWindow::opened_at_ms(const State& state, std::int64_t now_ms) const {
  return now_ms - std::chrono::duration_cast<milliseconds>(clock_.steady() - state.opened).count();
}

void ReplayWindow::open_at(State& state, std::int64_t opened_at_ms, std::int64_t now_ms) const {
  state.opened = clock_.steady() - milliseconds(now_ms - opened_at_ms);
}

void ReplayWindow::resume(State& state, const ReplayJournal::Past& past) const {
  const auto now_ms = clock_.unix_ms();
  // One that lies ahead is from a clock that has been set back since.
  if (past.whole) open_at(state, std::min(past.state.opened_at_ms, now_ms), now_ms);
  state.forgotten_until_ms = past.state.forgotten_until_ms;
  for (const auto& seen : past.state.ids) {
    if (state.ids.contains(seen.id)) continue;
    const auto caller = std::string_view(seen.id).substr(0, seen.id.find('/'));
    remember(state, seen.id, caller, seen.until_ms);
  }
}

void ReplayWindow::clock_compared(std::int64_t answered_at_ms) {
  const base::Locked state(state_);
  const auto now_ms = clock_.unix_ms();
  if (answered_at_ms < opened_at_ms(*state, now_ms)) open_at(*state, answered_at_ms, now_ms);
  write_journal(*state);
}

void ReplayWindow::write_journal(State& state) const {
  if (!state.journal) return;
  ReplayJournal::State told{opened_at_ms(state, clock_.unix_ms()), state.forgotten_until_ms, {}};
  auto seen = state.by_end;
  for (; !seen.empty(); seen.pop()) told.ids.push_back({*seen.top().key, seen.top().until_ms});
  if (const auto wrote = state.journal->write(told); !wrote) give_journal_up(state, wrote.error());
}

void ReplayWindow::record(State& state, const std::string& key, std::int64_t until_ms) const {
  if (!state.journal) return;
  if (state.journal->worn(state.ids.size())) return write_journal(state);
  if (const auto wrote = state.journal->record(key, until_ms); !wrote)
    give_journal_up(state, wrote.error());
}

void ReplayWindow::give_journal_up(State& state, const Error& why) {
  log::warning("the next start of this agent will not know which requests it has seen",
               {{"why", why.message}});
  state.journal.reset();
}

Status ReplayWindow::in_time(const State& state, std::int64_t now_ms, std::int64_t sent_at_ms,
                             std::int64_t until_ms) const {
  if (sent_at_ms > now_ms + kClockSkewMaxMs)
    return fail(Errc::expired,
                fmt::format("sent {} in the future by this node's clock ({}); check both clocks",
                            seconds(sent_at_ms - now_ms), base::iso8601(now_ms)));
  if (now_ms > until_ms)
    return fail(
        Errc::expired,
        fmt::format("came {} after its time to live ended, by this node's clock ({}); if it "
                    "was not that slow, check both clocks",
                    seconds(now_ms - until_ms), base::iso8601(now_ms)));
  if (const auto opened_ms = opened_at_ms(state, now_ms); sent_at_ms < opened_ms)
    return fail(Errc::expired,
                fmt::format("sent {} before this agent began to listen ({}), so an earlier run may "
                            "have carried it out; look, and send it again. If that fails too, the "
                            "sender's clock is behind this node's",
                            seconds(opened_ms - sent_at_ms), base::iso8601(opened_ms)));
  if (until_ms <= state.forgotten_until_ms)
    return fail(Errc::expired,
                fmt::format("this node's clock was set back; requests are taken again in {}",
                            seconds(state.forgotten_until_ms - now_ms)));
  return {};
}

Status ReplayWindow::check_now(State& state, const Sending& sending, std::int64_t now_ms) const {
  const auto [caller, id, sent_at_ms, ttl_ms] = sending;
  MUSTER_TRY(check_form(id, ttl_ms));
  // A time beyond what the sum below can hold is no time.
  if (sent_at_ms < 0 || sent_at_ms > std::numeric_limits<std::int64_t>::max() - kTtlMaxMs)
    return fail(Errc::invalid_data, fmt::format("request {}: {} ms is no time of sending",
                                                base::quoted(id), sent_at_ms));
  forget_expired(state, now_ms);
  if (auto timely = in_time(state, now_ms, sent_at_ms, sent_at_ms + ttl_ms); !timely)
    return fail(timely.error().within("request " + base::quoted(id)));
  if (!state.ids.contains(key_of(sending))) return {};
  return fail(Errc::refused, fmt::format("request {} is replayed", base::quoted(id)));
}

Status ReplayWindow::check_room(const State& state, const Sending& sending) {
  const auto share = state.shares.find(std::string(sending.caller));
  if (share != state.shares.end() && share->second >= kReplayShareMax)
    return fail(
        Errc::limit,
        fmt::format("{} requests of {} are within their time to live, which is the limit for one "
                    "caller; send more slowly or with a shorter one",
                    kReplayShareMax, base::quoted(sending.caller)));
  if (state.ids.size() < kReplayWindowMax) return {};
  return fail(Errc::limit, fmt::format("{} requests are within their time to live, which is the "
                                       "limit; send more slowly or with a shorter one",
                                       kReplayWindowMax));
}

Status ReplayWindow::check(const Sending& sending) {
  const base::Locked state(state_);
  return check_now(*state, sending, clock_.unix_ms());
}

Status ReplayWindow::admit(const Sending& sending) {
  const base::Locked state(state_);
  MUSTER_TRY(check_now(*state, sending, clock_.unix_ms()));
  MUSTER_TRY(check_room(*state, sending));
  const auto key = key_of(sending);
  const auto until_ms = sending.sent_at_ms + sending.ttl_ms;
  remember(*state, key, sending.caller, until_ms);
  record(*state, key, until_ms);
  return {};
}

void ReplayWindow::remember(State& state, std::string key, std::string_view caller,
                            std::int64_t until_ms) {
  auto& share = *state.shares.try_emplace(std::string(caller), 0).first;
  ++share.second;
  state.by_end.push({until_ms, &state.ids.emplace(std::move(key), &share).first->first});
}

void ReplayWindow::forget_expired(State& state, std::int64_t now_ms) {
  while (!state.by_end.empty() && state.by_end.top().until_ms < now_ms) {
    const auto& oldest = state.by_end.top();
    state.forgotten_until_ms = std::max(state.forgotten_until_ms, oldest.until_ms);
    const auto id = state.ids.find(*oldest.key);
    if (--id->second->second == 0) state.shares.erase(std::string(id->second->first));
    state.ids.erase(id);
    state.by_end.pop();
  }
}

}  // namespace muster::security
