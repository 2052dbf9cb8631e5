#include "orchestrator/client/retained.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>

#include "orchestrator/client/link_directory.hpp"

namespace muster::client {
namespace {

constexpr std::chrono::seconds kSubscribePatience{15};  // beyond what the bus waits for its broker

}  // namespace

struct Retained::Progress {
  std::mutex mutex;
  std::condition_variable moved;
  std::optional<Status> subscribed;
  bool complete = false;

  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(mutex);
    change(*this);
    moved.notify_all();
  }
  template <class Reached>
  bool wait(std::chrono::milliseconds patience, Reached reached) {
    std::unique_lock lock(mutex);
    return moved.wait_for(lock, patience, [&] { return reached(*this); });
  }
};

Retained::Retained(std::string name, Link& link, std::string topic_filter, base::FairLimits limits,
                   Handler handler)
    : link_(link),
      topic_filter_(std::move(topic_filter)),
      handler_(std::move(handler)),
      heard_(limits.items),
      progress_(std::make_shared<Progress>()),
      worker_(std::make_shared<Worker<Item>>(std::move(name), limits,
                                             [this](const Item& item) { work(item); })) {}

Retained::~Retained() {
  link_.directory().run([this](transport::Directory& directory) { directory.unwatch(watch_); });
  worker_->stop();
}

transport::Watcher Retained::watcher() const {
  const auto post = [queue = worker_](Item::What what) { queue->post_mark({.what = what}); };
  return {.on_entry =
              [queue = worker_](transport::Message message) {
                const std::string sender(transport::topics::writer(message.topic));
                const auto bytes = message.payload.size();
                queue->post(sender, {.message = std::move(message)}, bytes);
              },
          .on_lost =
              [progress = progress_, post] {
                post(Item::What::lost);
                progress->change([](Progress& its) { its.complete = false; });
              },
          .on_complete =
              [progress = progress_, post](const transport::Snapshot& snapshot) {
                // Where something is missing, nothing that is missing is gone.
                if (snapshot.sure()) post(Item::What::complete);
                progress->change([](Progress& its) { its.complete = true; });
              },
          .expected = {},
          .on_subscribed =
              [progress = progress_](const Status& status) {
                progress->change([&](Progress& its) { its.subscribed = status; });
              }};
}

Status Retained::start() {
  link_.directory().run([this](transport::Directory& directory) {
    watch_ = directory.watch(topic_filter_, watcher());
  });
  if (progress_->wait(kSubscribePatience, [](const Progress& its) { return !!its.subscribed; }))
    return *progress_->subscribed;
  return fail(Errc::timeout,
              fmt::format("the broker did not answer whether we may hear {} within {} s",
                          topic_filter_, kSubscribePatience.count()));
}

Result<bool> Retained::wait_complete(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto left = [until] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(until -
                                                                 std::chrono::steady_clock::now());
  };
  const auto was_complete = [](const Progress& its) { return its.complete; };
  if (progress_->wait(std::chrono::milliseconds(0), was_complete)) {
    // What was sent since has come when a message to ourselves has.
    MUSTER_TRY(link_.fence(patience));
    link_.directory().run([](transport::Directory&) {});
    return worker_->drain(left());
  }
  bool complete = false;
  const bool ended = progress_->wait(patience, [&](const Progress& its) {
    complete = its.complete;
    return complete || !link_.bus().connected();
  });
  if (!complete)
    return fail(ended ? Errc::unavailable : Errc::timeout,
                fmt::format("the broker did not tell all that it keeps of {}: {}", topic_filter_,
                            ended ? "no connection to it now"
                                  : fmt::format("not within {} ms", patience.count())));
  return worker_->drain(left());
}

std::function<void()> Retained::posts(std::function<void()> task) const {
  return [queue = worker_, task = std::move(task)] {
    queue->post_mark({.what = Item::What::task, .task = task});
  };
}

void Retained::work(const Item& item) {
  switch (item.what) {
    case Item::What::message:
      return take_in(item.message);
    case Item::What::task:
      return item.task();
    case Item::What::lost:
      return heard_.lost();
    case Item::What::complete:
      return sweep();
  }
}

void Retained::take_in(const transport::Message& message) {
  const bool believed = handler_(message);
  heard_.heard(message.topic, message.payload.empty(), believed);
}

void Retained::sweep() {
  for (auto& topic : heard_.take_gone()) static_cast<void>(handler_({std::move(topic), "", false}));
}

}  // namespace muster::client
