// Tells people: what notify() is given goes into the outbox and from there, at least once, to every
// target.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "orchestrator/notify/notify_config.hpp"
#include "orchestrator/notify/outbox.hpp"
#include "plugins/api/notifier.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"

namespace muster::notify {

// What is said of a lease under which a node's outcome is to be told.
enum class Lasting {
  stands,      // no later lease told otherwise
  superseded,  // one did
  unknown,     // the records cannot be asked now
};

// Of an outcome that nobody can say this of, it is asked again after kAskAgain; so often, then it is told all the same.
inline constexpr std::chrono::milliseconds kAskAgain{2'000};
inline constexpr int kAsksMax = 30;

// Thread-safe. One thread a target, so that a server that hangs holds up nobody else. While a
// target cannot be reached, or a password is wrong, it is asked at growing intervals (retry_first to retry_most); a message
// it refuses has failed, which is logged as an error and shown by recent().
class Deliverer {
 public:
  using MakeNotifier =
      std::function<Result<std::unique_ptr<plugins::Notifier>>(const std::string& target)>;

  // Opens the outbox and makes a notifier for each target; delivers nothing before start(). `clock`
  // must outlive the object. `make` empty: the real ones (plugins/notifiers) with config.kinds.
  // Rows for targets that are no longer configured fail.
  static Result<std::unique_ptr<Deliverer>> open(const std::filesystem::path& outbox_file,
                                                 const NotifyConfig& config,
                                                 const base::Clock& clock,
                                                 MakeNotifier make = nullptr);
  ~Deliverer();  // as stop()
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  // Before an outcome (plugins::Notification::lease) is sent, `ask` says whether it still is true; on the thread of a target, and
  // it may take some seconds. Empty: all are. Before start().
  using Ask = std::function<Lasting(const plugins::Lease& lease)>;
  void ask_before_sending(Ask ask) { ask_ = std::move(ask); }

  void start();
  // Waits for the messages under way, each at most its notifier's timeout (30 s). What is
  // undelivered stays in the outbox for the next start.
  void stop();

  // To every target, or to some of the configured ones. Durable when it returns; never waits for a
  // server. The same id again changes nothing. Errc::config for a target that is not configured;
  // else as Outbox::add().
  Status notify(const plugins::Notification& notification);
  Status notify(const plugins::Notification& notification, const std::vector<std::string>& targets);

  const std::vector<std::string>& targets() const { return targets_; }
  Result<OutboxCounts> pending() const { return outbox_->counts(); }
  Result<std::vector<OutboxRow>> recent(std::size_t most) const { return outbox_->recent(most); }
  Result<std::vector<OutboxRow>> unsent(std::size_t most) const { return outbox_->unsent(most); }
  // What failed and what waits, of that id or all when it is empty, is tried at once, also of a target that rests. What failed
  // for a target that is not configured any more stays. Errors as Outbox::send_again(); Errc::not_found when there is none.
  Result<SentAgain> retry(const std::string& id);

 private:
  struct Lane;

  Deliverer(std::unique_ptr<Outbox> outbox, const NotifyConfig& config, const base::Clock& clock);
  void run(Lane& lane);
  // How long to rest before the next look.
  std::chrono::milliseconds deliver_next(Lane& lane);
  std::chrono::milliseconds deliver(Lane& lane, Work work);
  // Takes out what a later lease told otherwise. False: it is not known yet.
  bool sift(Lane& lane, Work& work);
  std::chrono::milliseconds settle(Lane& lane, std::chrono::milliseconds pause, const Status& kept);
  std::chrono::milliseconds conclude(Lane& lane, const Work& work, const Status& outcome);
  std::chrono::milliseconds idle_time(const Lane& lane);

  const std::unique_ptr<Outbox> outbox_;
  const std::vector<std::string> targets_;
  const base::Clock& clock_;
  Ask ask_;
  std::vector<std::unique_ptr<Lane>> lanes_;

  struct State {
    bool stopping = false;
    std::set<const Lane*> woken;  // something was added for them
    std::set<const Lane*> urged;  // they try at once, also when they rest
  };
  base::Guarded<State> state_;
  std::condition_variable changed_;
};

}  // namespace muster::notify
