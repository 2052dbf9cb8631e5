#include "orchestrator/client/retained.hpp"

#include <vector>

#include "proto/base/log.hpp"

namespace muster::client {

Retained::Retained(std::string name, Link& link, std::string topic_filter, base::FairLimits limits,
                   Handler handler)
    : link_(link),
      topic_filter_(std::move(topic_filter)),
      capacity_(limits.items),
      handler_(std::move(handler)),
      worker_(std::make_shared<Worker<Item>>(std::move(name), limits,
                                             [this](const Item& item) { work(item); })) {}

Retained::~Retained() {
  lost_.reset();
  relinked_.reset();
  subscription_.end();
  worker_->stop();
}

Status Retained::start() {
  const auto posts = [queue = worker_](Item::What what) {
    return [queue, what] { queue->post_mark({.what = what}); };
  };
  lost_ = link_.on_lost().add(posts(Item::What::lost));
  relinked_ = link_.on_relinked().add(posts(Item::What::relinked));
  MUSTER_ASSIGN(
      subscription_,
      link_.bus().subscribe(topic_filter_, transport::Qos::at_least_once,
                            [queue = worker_](transport::Message message) {
                              const std::string sender(transport::topics::writer(message.topic));
                              const auto bytes = message.payload.size();
                              queue->post(sender, {.message = std::move(message)}, bytes);
                            }));
  return {};
}

Result<bool> Retained::wait_complete(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  MUSTER_TRY(link_.fence(patience));
  return worker_->drain(std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now()));
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
      ++generation_;
      return;
    case Item::What::relinked:
      return ask_what_is_left();
    case Item::What::sweep:
      return sweep(item.generation);
  }
}

void Retained::take_in(const transport::Message& message) {
  const bool believed = handler_(message);
  if (message.payload.empty()) {
    heard_.erase(message.topic);
    return;
  }
  const auto known = heard_.find(message.topic);
  if (known == heard_.end()) {
    if (heard_.size() < capacity_) heard_.emplace(message.topic, generation_);
  } else if (believed) {  // or what was believed of an earlier link would stay for it
    known->second = generation_;
  }
}

// The broker has begun to send what it retains before we hear that the link is back: the loss tells
// old from new, and a message to ourselves, sent now, comes after the last of the new ones.
void Retained::ask_what_is_left() {
  auto asked = link_.mark([queue = worker_, generation = generation_] {
    queue->post_mark({.what = Item::What::sweep, .generation = generation});
  });
  // When the link is lost again already, the next one asks anew.
  if (!asked)
    log::warning("what has gone while the link was lost is not known",
                 {{"topics", topic_filter_}, {"reason", asked.error().message}});
}

void Retained::sweep(std::uint64_t generation) {
  if (generation != generation_) return;  // the answer to an earlier link's question
  std::vector<std::string> gone;
  for (const auto& [topic, heard] : heard_)
    if (heard != generation_) gone.push_back(topic);
  for (auto& topic : gone) take_in({std::move(topic), "", false});
}

}  // namespace muster::client
