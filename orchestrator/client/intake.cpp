#include "orchestrator/client/intake.hpp"

#include <atomic>
#include <utility>

namespace muster::client {

std::shared_ptr<Intake> Intake::make(std::string name, base::FairLimits limits,
                                     Verifiers verifiers) {
  return std::shared_ptr<Intake>(new Intake(std::move(name), limits, verifiers));
}

Intake::Intake(std::string name, base::FairLimits limits, Verifiers verifiers)
    : verifiers_(verifiers), queue_(limits), drops_(std::move(name)) {}

void Intake::post(std::string_view sender, Verify verify, std::size_t bytes) {
  const std::string name(sender);
  const auto pushed = queue_.push(sender, {name, std::move(verify), {}, bytes}, bytes);
  const auto lost = pushed.displaced.size() + (pushed.taken ? 0 : 1);
  const bool waits_for_its_own = state_.with_lock([&](State& state) {
    state.dropped += lost;
    return has_its_share(state, name);
  });
  if (pushed.lost) drops_.note(*pushed.lost);
  if (!waits_for_its_own) ask_for_work();
}

void Intake::post_mark(TakeIn task) {
  queue_.push_mark({{}, {}, std::move(task), 0});
  ask_for_work();
}

bool Intake::is_far_ahead(const State& state) {
  return state.given_out >= state.next + kVerifiedAhead || state.bytes_ahead >= kVerifiedAheadBytes;
}

bool Intake::has_its_share(const State& state, const std::string& sender) {
  const auto own = state.ahead_of.find(sender);
  return own != state.ahead_of.end() && (own->second.items >= kVerifiedAheadOfOne ||
                                         own->second.bytes >= kVerifiedAheadBytesOfOne);
}

// One more piece of work, where one more can do something.
void Intake::ask_for_work() {
  {
    const base::Locked state(state_);
    const bool is_enough = state->asked >= verifiers_.count || is_far_ahead(*state);
    if (state->stopping || is_enough || queue_.size() == 0) return;
    ++state->asked;
  }
  ask();
}

void Intake::ask() {
  const auto asked = verifiers_.executor.run([self = shared_from_this()] {
    self->work();
    return loop::Executor::Then{};
  });
  // Then what waits goes on with the next item that comes or is taken in. If none is, because none is in hand and nobody sends
  // any more, it waits until somebody drains: so that executor must have room for `verifiers_.count` pieces of each intake.
  if (!asked) state_.with_lock([](State& state) { --state.asked; });
}

void Intake::work() {
  state_.with_lock([](State& state) { ++state.running; });
  bool more = true;
  for (std::size_t done = 0; more && done < kVerifiedAtOnce; ++done) {
    auto numbered = next_item();
    more = numbered.has_value();
    if (!more) break;
    auto& [sender, verify, mark, bytes] = numbered->item;
    auto take_in = verify ? verify() : std::move(mark);
    hand_over(numbered->number, {std::move(take_in), std::move(sender), bytes});
  }
  drops_.tell();
  {
    const base::Locked state(state_);
    --state->running;
    progress_.notify_all();
  }
  if (more) ask();
}

// Nothing: this piece of work ends, and is not counted any more. Under one lock with the queue, so that what is posted
// meanwhile finds it either at work or gone.
std::optional<Intake::Numbered> Intake::next_item() {
  const base::Locked state(state_);
  if (!state->stopping && !is_far_ahead(*state))
    if (auto item = queue_.try_pop_of(
            [&state](const std::string& sender) { return !has_its_share(*state, sender); })) {
      state->bytes_ahead += item->bytes;
      auto& own = state->ahead_of[item->sender];
      ++own.items;
      own.bytes += item->bytes;
      return Numbered{++state->given_out, *std::move(item)};
    }
  --state->asked;
  return std::nullopt;
}

void Intake::hand_over(std::uint64_t number, Verified verified) {
  {
    const base::Locked state(state_);
    state->verified.emplace(number, std::move(verified));
    if (std::exchange(state->taking_in, true)) return;  // somebody does that already
  }
  while (take_in_next()) ask_for_work();
}

void Intake::count_taken_in(State& state, const Verified& item) {
  ++state.next;
  state.bytes_ahead -= item.bytes;
  const auto own = state.ahead_of.find(item.sender);
  own->second.bytes -= item.bytes;
  if (--own->second.items == 0) state.ahead_of.erase(own);
}

// False when the next one is not verified yet: whoever brings it goes on.
bool Intake::take_in_next() {
  Verified verified{{}, {}, 0};
  {
    const base::Locked state(state_);
    auto first = state->verified.begin();
    if (state->stopping || first == state->verified.end() || first->first != state->next) {
      state->taking_in = false;
      return false;
    }
    verified = std::move(first->second);
    state->verified.erase(first);
  }
  if (verified.take_in) verified.take_in();
  verified.take_in = {};  // what it holds goes before anybody hears that it is done
  const base::Locked state(state_);
  count_taken_in(*state, verified);
  progress_.notify_all();
  return true;
}

bool Intake::drain(std::chrono::milliseconds patience) {
  const auto passed = std::make_shared<std::atomic<bool>>(false);
  post_mark([passed] { *passed = true; });
  base::Locked state(state_);
  state.wait_for(progress_, patience, [&] { return *passed || state->stopping; });
  return *passed;
}

// The intake itself may go on, with bus handlers and in the executor's queue: what was posted does not go on with it.
void Intake::stop() {
  queue_.close();
  std::map<std::uint64_t, Verified> left;
  {
    base::Locked state(state_);
    state->stopping = true;
    progress_.notify_all();
    state.wait(progress_, [&] { return state->running == 0; });
    left.swap(state->verified);
  }
  while (queue_.try_pop()) {
  }
}

std::size_t Intake::dropped() const {
  return state_.with_lock([](const State& state) { return state.dropped; });
}

}  // namespace muster::client
