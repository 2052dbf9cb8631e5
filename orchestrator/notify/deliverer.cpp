#include "orchestrator/notify/deliverer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::notify {
namespace {

using std::chrono::milliseconds;

// The outbox itself is broken (disk full …): try again, without filling the log.
constexpr milliseconds kOutboxPause{5'000};
// Rows grow too old without anybody adding one.
constexpr milliseconds kIdleMost{60'000};

// A wrong password (Errc::config) is as good as a server that is down: somebody mends it, and what waits is sent then.
bool worth_trying_again(Errc code) {
  return code == Errc::unavailable || code == Errc::timeout || code == Errc::config;
}

}  // namespace

struct Deliverer::Lane {
  std::string target;
  std::unique_ptr<plugins::Notifier> notifier;
  base::Backoff backoff;
  bool resting = false;  // the target is down: new work is no reason to try earlier
  int asks = 0;          // in a row, of a lease of which nothing is known
  std::thread thread;
};

Deliverer::Deliverer(std::unique_ptr<Outbox> outbox, const NotifyConfig& config,
                     const base::Clock& clock)
    : outbox_(std::move(outbox)), targets_(config.targets), clock_(clock) {}

Deliverer::~Deliverer() {
  stop();
}

Result<std::unique_ptr<Deliverer>> Deliverer::open(const std::filesystem::path& outbox_file,
                                                   const NotifyConfig& config,
                                                   const base::Clock& clock, MakeNotifier make) {
  if (!make)
    make = [&](const std::string& target) {
      return notifiers::make_notifier(target, config.kinds);
    };
  MUSTER_ASSIGN(auto outbox, Outbox::open(outbox_file, config.limits, config.digest, clock));
  MUSTER_ASSIGN(const auto orphans, outbox->fail_all_but(config.targets));
  if (orphans > 0)
    log::error("notifications failed: their target is no longer configured",
               {{"rows", std::to_string(orphans)}});
  std::unique_ptr<Deliverer> deliverer(new Deliverer(std::move(outbox), config, clock));
  for (const auto& target : config.targets) {
    MUSTER_ASSIGN(auto notifier, make(target));
    const base::Backoff backoff(config.retry_first, config.retry_most);
    deliverer->lanes_.push_back(
        std::make_unique<Lane>(Lane{target, std::move(notifier), backoff, false, 0, {}}));
  }
  return deliverer;
}

void Deliverer::start() {
  for (auto& lane : lanes_)
    if (!lane->thread.joinable()) lane->thread = std::thread([this, &lane] { run(*lane); });
}

void Deliverer::stop() {
  state_.with_lock([](State& state) { state.stopping = true; });
  changed_.notify_all();
  for (auto& lane : lanes_)
    if (lane->thread.joinable()) lane->thread.join();
  state_.with_lock([](State& state) { state.stopping = false; });  // start() may follow
}

Status Deliverer::notify(const plugins::Notification& notification) {
  return notify(notification, targets_);
}

Status Deliverer::notify(const plugins::Notification& notification,
                         const std::vector<std::string>& targets) {
  for (const auto& target : targets)
    if (std::find(targets_.begin(), targets_.end(), target) == targets_.end())
      return fail(Errc::config, fmt::format("'{}' is not among the configured targets{}", target,
                                            base::hint_for(target, targets_)));
  Status outcome;
  for (const auto& target : targets)
    if (auto added = outbox_->add(target, notification); !added) outcome = std::move(added);
  state_.with_lock([this](State& state) {
    for (const auto& lane : lanes_) state.woken.insert(lane.get());
  });
  changed_.notify_all();
  return outcome;
}

void Deliverer::run(Lane& lane) {
  base::name_thread("to " + lane.target);
  for (;;) {
    const auto rest = deliver_next(lane);
    base::Locked state(state_);
    state.wait_for(changed_, rest, [&] {
      return state->stopping || state->urged.contains(&lane) ||
             (state->woken.contains(&lane) && !lane.resting);
    });
    state->woken.erase(&lane);
    if (state->urged.erase(&lane) != 0) lane.backoff.reset();
    if (state->stopping) return;
  }
}

milliseconds Deliverer::deliver_next(Lane& lane) {
  lane.resting = false;
  const auto work = outbox_->take(lane.target);
  if (!work) {
    log::error("cannot read the outbox", {{"error", work.error().message}});
    lane.resting = true;
    return kOutboxPause;
  }
  if (!*work) return idle_time(lane);
  return deliver(lane, **work);
}

milliseconds Deliverer::deliver(Lane& lane, Work work) {
  if (!sift(lane, work)) return settle(lane, kAskAgain, outbox_->give_back(work, kAskAgain));
  if (work.parts.empty()) return milliseconds(0);
  return conclude(lane, work, lane.notifier->send(work.message()));
}

bool Deliverer::sift(Lane& lane, Work& work) {
  if (!ask_) return true;
  bool known = true;
  const auto superseded = work.take_out([&](const Work::Part& part) {
    const auto& lease = part.notification.lease;
    const auto lasting = lease && known ? ask_(*lease) : Lasting::stands;
    known = known && lasting != Lasting::unknown;
    return lasting == Lasting::superseded;
  });
  for (const auto& part : superseded)
    log::warning("not told any more: a later lease told otherwise",
                 {{"target", lane.target}, {"id", part.notification.id}});
  if (!superseded.empty())
    if (auto kept = outbox_->supersede(superseded, "a later lease told otherwise"); !kept)
      log::error("cannot write the outbox", {{"error", kept.error().message}});
  lane.asks = known ? 0 : std::min(lane.asks + 1, kAsksMax + 1);
  return lane.asks == 0 || lane.asks > kAsksMax;
}

milliseconds Deliverer::settle(Lane& lane, milliseconds pause, const Status& kept) {
  lane.resting = pause > milliseconds(0);
  if (kept) return pause;
  log::error("cannot write the outbox; a notification may be sent again",
             {{"target", lane.target}, {"error", kept.error().message}});
  lane.resting = true;
  return kOutboxPause;
}

Result<SentAgain> Deliverer::retry(const std::string& id) {
  MUSTER_ASSIGN(const auto again, outbox_->send_again(id, targets_));
  if (again.failed + again.waiting == 0)
    return fail(Errc::not_found,
                id.empty() ? "no notification has failed or waits"
                           : fmt::format("no notification {} has failed or waits for a target that "
                                         "is configured",
                                         base::quoted(id)));
  state_.with_lock([this](State& state) {
    for (const auto& lane : lanes_) state.urged.insert(lane.get());
  });
  changed_.notify_all();
  return again;
}

milliseconds Deliverer::conclude(Lane& lane, const Work& work, const Status& outcome) {
  const auto id = work.message().id;
  Status kept;
  milliseconds pause{0};
  if (outcome) {
    lane.backoff.reset();
    kept = outbox_->sent(work);
    log::info("notification sent", {{"target", lane.target}, {"id", id}});
  } else if (worth_trying_again(outcome.error().code)) {
    pause = lane.backoff.next();
    kept = outbox_->postpone(work, pause, outcome.error().message);
    log::warning("notification not sent yet", {{"target", lane.target},
                                               {"id", id},
                                               {"try", std::to_string(work.tries)},
                                               {"again_in_ms", std::to_string(pause.count())},
                                               {"reason", outcome.error().message}});
  } else {
    kept = outbox_->failed(work, outcome.error().message);
    log::error("notification failed",
               {{"target", lane.target}, {"id", id}, {"reason", outcome.error().message}});
  }
  return settle(lane, pause, kept);
}

milliseconds Deliverer::idle_time(const Lane& lane) {
  const auto due = outbox_->next_due_ms(lane.target);
  if (!due || !*due) return kIdleMost;
  return std::clamp(milliseconds(**due - clock_.unix_ms()), milliseconds(1), kIdleMost);
}

}  // namespace muster::notify
