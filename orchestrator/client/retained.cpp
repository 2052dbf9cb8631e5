#include "orchestrator/client/retained.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <optional>

#include "orchestrator/client/link_directory.hpp"
#include "proto/base/guarded.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

constexpr std::chrono::seconds kSubscribePatience{15};  // beyond what the bus waits for its broker

}  // namespace

struct Retained::Progress {
  struct State {
    std::optional<Status> subscribed;
    bool complete = false;  // told
    bool taken_in = false;  // and through the handler
    std::uint64_t links = 0;
  };
  base::Guarded<State> state;
  std::condition_variable moved;

  template <class Change>
  void change(Change change) {
    state.with_lock(std::move(change));
    moved.notify_all();
  }
  template <class Reached>
  bool wait(std::chrono::milliseconds patience, Reached reached) {
    base::Locked its(state);
    return its.wait_for(moved, patience, [&] { return reached(*its); });
  }
};

Retained::Retained(const std::string& name, Link& link, std::string topic_filter,
                   base::FairLimits limits, Verify verify)
    : link_(link),
      topic_filter_(std::move(topic_filter)),
      verify_(std::move(verify)),
      heard_(limits.items),
      progress_(std::make_shared<Progress>()),
      intake_(Intake::make(name, limits, link.verifiers())) {}

Retained::Retained(const std::string& name, Link& link, std::string topic_filter,
                   base::FairLimits limits, Handler handler)
    : Retained(name, link, std::move(topic_filter), limits,
               Verify([handler = std::move(handler)](const transport::Message& message) {
                 return TakeIn([&handler, message] { return handler(message); });
               })) {}

Retained::~Retained() {
  link_.directory().run([this](transport::Directory& directory) { directory.unwatch(watch_); });
  intake_->stop();
}

transport::Watcher Retained::watcher() {
  return {.on_entry =
              [this, intake = intake_](transport::Message message) {
                const std::string sender(transport::topics::writer(message.topic));
                const auto bytes = message.payload.size();
                intake->post(
                    sender, [this, message = std::move(message)] { return this->verify(message); },
                    bytes);
              },
          .on_lost =
              [this, progress = progress_, intake = intake_] {
                intake->post_mark([this] {
                  heard_.lost();
                  if (gaps_.begin) gaps_.begin();
                });
                progress->change([](Progress::State& its) {
                  its.complete = its.taken_in = false;
                  ++its.links;
                });
              },
          .on_complete =
              [this, progress = progress_, intake = intake_](const transport::Snapshot& snapshot) {
                // First, so that whoever waits for all of it finds that told as well.
                intake->post_mark([this] {
                  if (gaps_.end) gaps_.end();
                });
                std::uint64_t link = 0;
                progress->change([&link](Progress::State& its) {
                  its.complete = true;
                  link = its.links;
                });
                // Where something is missing, nothing that is missing is gone.
                if (snapshot.sure())
                  intake->post_mark([this, progress, link] {
                    sweep();
                    progress->change(
                        [link](Progress::State& its) { its.taken_in = its.links == link; });
                  });
              },
          .expected = {},
          .on_subscribed =
              [progress = progress_](const Status& status) {
                progress->change([&](Progress::State& its) { its.subscribed = status; });
              }};
}

Status Retained::start() {
  link_.directory().run([this](transport::Directory& directory) {
    watch_ = directory.watch(topic_filter_, watcher());
  });
  std::optional<Status> subscribed;
  progress_->wait(kSubscribePatience, [&](const Progress::State& its) {
    subscribed = its.subscribed;
    return subscribed.has_value();
  });
  if (subscribed) return *subscribed;
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
  const auto was_complete = [](const Progress::State& its) { return its.complete; };
  if (progress_->wait(std::chrono::milliseconds(0), was_complete)) {
    // What was sent since has come when a message to ourselves has.
    MUSTER_TRY(link_.echo(patience));
    link_.directory().run([](transport::Directory&) {});
    return intake_->drain(left());
  }
  bool complete = false;
  const bool ended = progress_->wait(patience, [&](const Progress::State& its) {
    complete = its.complete;
    return complete || !link_.bus().connected();
  });
  if (!complete)
    return fail(ended ? Errc::unavailable : Errc::timeout,
                fmt::format("the broker did not tell all that it keeps of {}: {}", topic_filter_,
                            ended ? "no connection to it now"
                                  : fmt::format("not within {} ms", patience.count())));
  return intake_->drain(left());
}

bool Retained::complete() const {
  return progress_->wait(std::chrono::milliseconds(0),
                         [](const Progress::State& its) { return its.taken_in; });
}

std::function<void()> Retained::posts(std::function<void()> task) const {
  return [intake = intake_, task = std::move(task)] { intake->post_mark(task); };
}

Intake::TakeIn Retained::verify(const transport::Message& message) {
  return [this, topic = message.topic, gone = message.payload.empty(), take_in = verify_(message)] {
    heard_.heard(topic, gone, take_in());
  };
}

void Retained::sweep() {
  for (auto& topic : heard_.take_gone())
    static_cast<void>(verify_({std::move(topic), "", false})());
}

}  // namespace muster::client
