// A story with another beside it that may end it.
#pragma once

#include <functional>

#include "proto/base/result.hpp"
#include "proto/loop/answer.hpp"
#include "proto/loop/task.hpp"

namespace muster::loop {

// Begins both, and ends with the story; what that gave. When the companion fails before, it ends with that failure instead. A
// companion that ends well ends nothing. Who has not ended by then is dropped at once, before the caller goes on. On the loop's
// thread.
inline Task<Status> beside(Task<Status> story, Task<Status> companion) {
  Answer<bool>::Give wake;
  const auto ended = [&wake] {
    const auto who = wake;  // who goes on may destroy this
    who(true);
  };
  Answer<bool> first([&](const Answer<bool>::Give& give) {
    wake = give;
    story.start(ended);
    if (!story.ended()) companion.start(ended);
  });
  co_await first;
  Status said;
  if (!story.ended()) said = companion.take();
  if (said && !story.ended()) {
    Answer<bool> last([&wake](const Answer<bool>::Give& give) { wake = give; });
    co_await last;
  }
  if (said) said = story.take();
  story = {};
  companion = {};
  co_return said;
}

}  // namespace muster::loop
