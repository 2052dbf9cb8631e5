#include "orchestrator/client/completion.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/link_core.hpp"
#include "orchestrator/client/link_directory.hpp"

namespace muster::client {

Completion::Completion(LinkCore& link, Intake& intake, What what)
    : link_(link), intake_(intake), what_(std::move(what)) {}

std::function<void()> Completion::posts(std::function<void(Completion&)> step) {
  return [weak = weak_from_this(), &directory = link_.directory(), step = std::move(step)] {
    directory.post([weak, step](transport::Directory&) {
      if (const auto self = weak.lock()) step(*self);
    });
  };
}

void Completion::wait(std::chrono::milliseconds patience, Told told) {
  const auto id = ++last_;
  auto& timers = link_.directory().loop().timers;
  auto& waiting = waiting_.try_emplace(id, timers, patience, std::move(told)).first->second;
  waiting.timer.set(patience, [this, id] { give_up(id); });
  if (complete_)
    send_mark(id);
  else if (!link_.bus().connected())
    tell(id, fail(no_link()));
}

// What was sent since has come when a message to ourselves has. Its topic may have to be subscribed to first: beside the loop.
void Completion::send_mark(Id id) {
  waiting_.at(id).phase = Phase::returning;
  const auto passed = posts([id](Completion& self) { self.take_in(id); });
  const auto asked = link_.directory().loop().executor.run(
      [&link = link_, passed, weak = weak_from_this(), id]() -> loop::Executor::Then {
        auto sent = link.mark(passed);
        if (sent) return {};
        return [weak, id, why = std::move(sent).error()] {
          if (const auto self = weak.lock()) self->tell(id, fail(why));
        };
      });
  if (!asked) tell(id, fail(asked.error()));
}

void Completion::take_in(Id id) {
  const auto waiting = waiting_.find(id);
  if (waiting == waiting_.end()) return;
  waiting->second.phase = Phase::taking_in;
  intake_.post_mark(posts([id](Completion& self) { self.tell(id, {}); }));
}

void Completion::complete() {
  complete_ = true;
  for (const auto id :
       those_that([](const Waiting& waiting) { return waiting.phase == Phase::listing; }))
    take_in(id);
}

// The next link may stand already: then whoever waits goes on with that.
void Completion::lost() {
  complete_ = false;
  const bool linked = link_.bus().connected();
  for (const auto id :
       those_that([](const Waiting& waiting) { return waiting.phase != Phase::taking_in; })) {
    if (linked)
      waiting_.at(id).phase = Phase::listing;
    else
      tell(id, fail(no_link()));
  }
}

void Completion::end() {
  ended_ = true;
  waiting_.clear();
}

std::vector<Completion::Id> Completion::those_that(
    const std::function<bool(const Waiting&)>& are) const {
  std::vector<Id> found;
  for (const auto& [id, waiting] : waiting_)
    if (are(waiting)) found.push_back(id);
  return found;
}

// In a turn of its own: a watch tells of this, and whoever hears may end it.
void Completion::tell(Id id, Status status) {
  const auto waiting = waiting_.find(id);
  if (waiting == waiting_.end()) return;
  posts([told = std::move(waiting->second.told), status = std::move(status)](Completion& self) {
    if (!self.ended_) told(status);
  })();
  waiting_.erase(waiting);
}

void Completion::give_up(Id id) {
  const auto& waiting = waiting_.at(id);
  if (waiting.phase == Phase::taking_in)
    return tell(id, fail(Errc::timeout, fmt::format("not all {} were verified within {} ms",
                                                    what_.name, waiting.patience.count())));
  const auto* what = waiting.phase == Phase::listing ? "tell all that it keeps of"
                                                     : "give back a message to ourselves beside";
  tell(id, fail(Errc::timeout, fmt::format("the broker did not {} {}: not within {} ms", what,
                                           what_.topic_filter, waiting.patience.count())));
}

Error Completion::no_link() const {
  return {Errc::unavailable,
          fmt::format("the broker did not tell all that it keeps of {}: no connection to it now",
                      what_.topic_filter)};
}

}  // namespace muster::client
