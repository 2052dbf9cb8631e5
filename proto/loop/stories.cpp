#include "proto/loop/stories.hpp"

#include <utility>

namespace muster::loop {

void Stories::begin(Task<Status> story) {
  const auto number = ++begun_;
  auto& task = under_way_[number];
  task = std::move(story);
  task.start([this, number] { ended(number); });
}

void Stories::ended(std::uint64_t number) {
  under_way_.erase(number);
  if (on_end_) on_end_();
}

}  // namespace muster::loop
