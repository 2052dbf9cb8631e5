#include "orchestrator/client/retained.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/link_directory.hpp"
#include "proto/loop/real/thread_answer.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

constexpr std::chrono::seconds kSubscribePatience{15};  // beyond what the bus waits for its broker
constexpr std::chrono::seconds kToldLate{15};           // for a loop that has much to do

}  // namespace

Retained::Retained(const std::string& name, LinkCore& link, std::string topic_filter,
                   base::FairLimits limits, Verify verify)
    : link_(link),
      topic_filter_(std::move(topic_filter)),
      verify_(std::move(verify)),
      heard_(limits.items),
      progress_(std::make_shared<base::Guarded<Progress>>()),
      intake_(Intake::make(name, limits, link.verifiers())),
      completion_(
          std::make_shared<Completion>(link, *intake_, Completion::What{name, topic_filter_})) {}

Retained::Retained(const std::string& name, LinkCore& link, std::string topic_filter,
                   base::FairLimits limits, Handler handler)
    : Retained(name, link, std::move(topic_filter), limits,
               Verify([handler = std::move(handler)](const transport::Message& message) {
                 return TakeIn([&handler, message] { return handler(message); });
               })) {}

Retained::~Retained() {
  link_.directory().run([this](transport::Directory& directory) {
    directory.unwatch(watch_);
    completion_->end();
  });
  intake_->stop();
}

transport::Watcher Retained::watcher(std::function<void(const Status&)> subscribed) {
  return {
      .on_entry =
          [this, intake = intake_](transport::Message message) {
            const std::string sender(transport::topics::writer(message.topic));
            const auto bytes = message.payload.size();
            intake->post(
                sender, [this, message = std::move(message)] { return this->verify(message); },
                bytes);
          },
      .on_lost =
          [this, progress = progress_, intake = intake_, completion = completion_] {
            intake->post_mark([this] {
              heard_.lost();
              if (gaps_.begin) gaps_.begin();
            });
            progress->with_lock([](Progress& its) {
              its.taken_in = false;
              ++its.links;
            });
            completion->lost();
          },
      .on_complete =
          [this, progress = progress_, intake = intake_,
           completion = completion_](const transport::Snapshot& snapshot) {
            // First, so that whoever waits for all of it finds that told as well.
            intake->post_mark([this] {
              if (gaps_.end) gaps_.end();
            });
            // Where something is missing, nothing that is missing is gone.
            if (snapshot.sure())
              intake->post_mark([this, progress, link = base::Locked(*progress)->links] {
                sweep();
                progress->with_lock([link](Progress& its) { its.taken_in = its.links == link; });
              });
            completion->complete();
          },
      .expected = {},
      .on_subscribed = std::move(subscribed)};
}

void Retained::begin(std::function<void(const Status&)> subscribed) {
  link_.directory().run([&](transport::Directory& directory) {
    watch_ = directory.watch(topic_filter_, watcher(std::move(subscribed)));
  });
}

Status Retained::start() {
  const loop::ThreadAnswer<Status> answer;
  begin(answer.give());
  if (auto subscribed = answer.wait(kSubscribePatience)) return *std::move(subscribed);
  return fail(Errc::timeout,
              fmt::format("the broker did not answer whether we may hear {} within {} s",
                          topic_filter_, kSubscribePatience.count()));
}

void Retained::when_complete(std::chrono::milliseconds patience, Completion::Told told) {
  link_.directory().post(
      [weak = std::weak_ptr(completion_), patience, told = std::move(told)](transport::Directory&) {
        if (const auto completion = weak.lock()) completion->wait(patience, told);
      });
}

Status Retained::wait_complete(std::chrono::milliseconds patience) {
  const loop::ThreadAnswer<Status> answer;
  when_complete(patience, answer.give());
  if (auto complete = answer.wait(patience + kToldLate)) return *std::move(complete);
  return fail(Errc::limit,
              "the directory has too much to do; it did not tell what the broker keeps");
}

bool Retained::complete() const {
  return base::Locked(*progress_)->taken_in;
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
