// A bounded queue between threads that takes senders in turn, so that one who floods it delays and loses nobody's
// messages but their own.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proto/base/guarded.hpp"

namespace muster::base {

struct FairLimits {
  std::size_t items = 1'000;                                    // waiting in all
  std::size_t per_sender = 100;                                 // waiting of one sender
  std::size_t bytes = std::numeric_limits<std::size_t>::max();  // of all, as push() is told
  std::size_t bytes_per_sender = std::numeric_limits<std::size_t>::max();  // of one sender
};

// Thread-safe for any number of producers and consumers. One sender's items keep their order; between senders each has
// one turn a round. When all of the room is taken, the sender with the most waiting loses its latest item to one that
// has less than its share. After close(), pushes are refused and pops drain what is left, then give nothing.
template <class T>
class FairQueue {
 public:
  struct Pushed {
    bool taken = false;  // the item waits now
    std::optional<std::string>
        lost;  // the sender that lost an item: the pushing one, or the one that had the most
    std::vector<T> displaced;  // what the latter lost
  };

  explicit FairQueue(FairLimits limits) : limits_(limits) {}

  // `sender` must be a name that one sender cannot multiply, as what the broker or a signature vouches for.
  Pushed push(std::string_view sender, T item, std::size_t bytes = 0) {
    Pushed pushed;
    {
      const Locked state(state_);
      if (state->closed) return pushed;
      if (!room_for(*state, sender, bytes, pushed)) {
        pushed.lost = std::string(sender);
        return pushed;
      }
      append(*state, std::string(sender), std::move(item), bytes);
      pushed.taken = true;
    }
    filled_.notify_one();
    return pushed;
  }

  // For the owner's own marks: comes out after everything that waits now, and before whatever is pushed later. Never
  // refused but after close(): who marks, bounds how often.
  bool push_mark(T item) {
    {
      const Locked state(state_);
      if (state->closed) return false;
      state->rounds.back().mark = std::move(item);
      state->rounds.emplace_back();
      ++state->marks;
    }
    filled_.notify_one();
    return true;
  }

  // Waits for an item; nothing once closed and drained.
  std::optional<T> pop() {
    Locked state(state_);
    state.wait(filled_, [&] { return state->closed || state->count + state->marks > 0; });
    return take(*state);
  }

  // Nothing when none came in time, or once closed and drained.
  std::optional<T> pop_for(std::chrono::milliseconds patience) {
    Locked state(state_);
    state.wait_for(filled_, patience,
                   [&] { return state->closed || state->count + state->marks > 0; });
    return take(*state);
  }

  // Nothing when none waits.
  std::optional<T> try_pop() {
    return try_pop_of([](const std::string&) { return true; });
  }

  // Of the senders for whom `may` is true; the others keep what they have, and a turn. Nothing when none of those has anything
  // that waits before the next mark.
  template <class May>
  std::optional<T> try_pop_of(May may) {
    const Locked state(state_);
    return take(*state, may);
  }

  bool closed() const { return Locked(state_)->closed; }

  void close() {
    state_.with_lock([](State& state) { state.closed = true; });
    filled_.notify_all();
  }

  std::size_t size() const {
    const Locked state(state_);
    return state->count + state->marks;
  }

 private:
  struct Entry {
    T item;
    std::size_t bytes;
    std::uint64_t round;
  };
  struct Sender {
    std::deque<Entry> entries;  // never empty
    std::size_t bytes = 0;
  };
  // What was pushed between two marks.
  struct Round {
    std::deque<std::string> turns;  // senders with entries of this round
    std::optional<T> mark;          // comes after them; only the last round has none
  };
  using Senders = std::unordered_map<std::string, Sender>;
  struct State {
    Senders senders;
    std::deque<Round> rounds = std::deque<Round>(1);
    std::uint64_t first_round = 0;
    std::size_t count = 0;
    std::size_t bytes = 0;
    std::size_t marks = 0;
    bool closed = false;
  };

  bool room_for(State& state, std::string_view name, std::size_t bytes, Pushed& pushed) const {
    const auto found = state.senders.find(std::string(name));
    const auto own = found == state.senders.end() ? 0 : found->second.entries.size();
    const auto own_bytes = found == state.senders.end() ? 0 : found->second.bytes;
    if (own >= limits_.per_sender || bytes > limits_.bytes_per_sender ||
        own_bytes > limits_.bytes_per_sender - bytes || bytes > limits_.bytes)
      return false;
    if (state.count >= limits_.items && !displace(state, own, 0, pushed)) return false;
    while (state.bytes > limits_.bytes - bytes)
      if (!displace(state, own, own_bytes + bytes, pushed)) return false;
    return true;
  }

  // Takes the latest item of the sender that has the most. False when that is not more than the asking one has.
  // `bytes` 0: what counts is the number of items.
  static bool displace(State& state, std::size_t own, std::size_t bytes, Pushed& pushed) {
    const auto size = [bytes](const Sender& s) { return bytes > 0 ? s.bytes : s.entries.size(); };
    const auto mine = bytes > 0 ? bytes : own + 1;
    const auto all = bytes > 0 ? state.bytes : state.count;
    // Below the average there is somebody above it; only then is the search worth its time.
    if (state.senders.empty() || mine > all / state.senders.size() + 1) return false;
    const auto most = std::max_element(
        state.senders.begin(), state.senders.end(),
        [&size](const auto& a, const auto& b) { return size(a.second) < size(b.second); });
    if (size(most->second) <= mine) return false;
    pushed.lost = most->first;
    auto& entries = most->second.entries;
    const auto its_bytes = entries.back().bytes;
    const auto round = entries.back().round;
    pushed.displaced.push_back(std::move(entries.back().item));
    entries.pop_back();
    // Or its next item would get a second turn, and whoever lets itself be displaced many turns a round.
    if (entries.empty() || entries.back().round != round)
      std::erase(state.rounds[round - state.first_round].turns, most->first);
    subtract(state, most, its_bytes);
    return true;
  }

  static void append(State& state, std::string name, T item, std::size_t bytes) {
    const auto round = state.first_round + state.rounds.size() - 1;
    auto& sender = state.senders[name];
    const bool has_turn = !sender.entries.empty() && sender.entries.back().round == round;
    sender.entries.push_back({std::move(item), bytes, round});
    sender.bytes += bytes;
    state.bytes += bytes;
    ++state.count;
    if (!has_turn) state.rounds.back().turns.push_back(std::move(name));
  }

  static std::optional<T> take(State& state) {
    return take(state, [](const std::string&) { return true; });
  }

  template <class May>
  static std::optional<T> take(State& state, May may) {
    while (true) {
      auto& round = state.rounds.front();
      if (auto item = take_from(state, round, may)) return item;
      if (!round.turns.empty()) return std::nullopt;
      if (!round.mark) return std::nullopt;
      auto mark = std::move(round.mark);
      state.rounds.pop_front();
      ++state.first_round;
      --state.marks;
      return mark;
    }
  }

  // Each in the round is looked at once at most.
  template <class May>
  static std::optional<T> take_from(State& state, Round& round, May may) {
    for (auto left = round.turns.size(); left > 0; --left) {
      if (may(round.turns.front())) {
        if (auto item = take_turn(state, round)) return item;
        continue;
      }
      round.turns.push_back(std::move(round.turns.front()));
      round.turns.pop_front();
    }
    return std::nullopt;
  }

  static std::optional<T> take_turn(State& state, Round& round) {
    auto name = std::move(round.turns.front());
    round.turns.pop_front();
    const auto sender = state.senders.find(name);
    if (sender == state.senders.end() || sender->second.entries.front().round != state.first_round)
      return std::nullopt;
    auto entry = std::move(sender->second.entries.front());
    sender->second.entries.pop_front();
    const auto& left = sender->second.entries;
    if (!left.empty() && left.front().round == state.first_round)
      round.turns.push_back(std::move(name));
    subtract(state, sender, entry.bytes);
    return std::move(entry.item);
  }

  static void subtract(State& state, typename Senders::iterator sender, std::size_t bytes) {
    sender->second.bytes -= bytes;
    state.bytes -= bytes;
    --state.count;
    if (sender->second.entries.empty()) state.senders.erase(sender);
  }

  const FairLimits limits_;
  std::condition_variable filled_;
  Guarded<State> state_;
};

}  // namespace muster::base
