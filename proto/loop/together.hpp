// Several stories at once, for one that waits for all of them.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "proto/loop/answer.hpp"
#include "proto/loop/task.hpp"

namespace muster::loop {

// Begins them in their order and ends with the last of them; the results are in their order. What one throws is thrown once
// all have ended. Dropped with it: those that have not. On the loop's thread; how many there are is for the caller to limit.
template <class T>
Task<std::vector<T>> together(std::vector<Task<T>> stories) {
  std::size_t left = stories.size();
  Answer<bool> ended([&stories, &left](const std::function<void(bool)>& give) {
    if (stories.empty()) give(true);
    for (auto& story : stories)
      story.start([&left, give] {
        if (--left == 0) give(true);
      });
  });
  co_await ended;
  std::vector<T> results;
  results.reserve(stories.size());
  for (auto& story : stories) results.push_back(story.take());
  co_return results;
}

}  // namespace muster::loop
