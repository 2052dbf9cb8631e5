// What a link's work is done on: threads in a program (LinkThreads), one virtual loop in a test.
#pragma once

#include <functional>

#include "orchestrator/client/intake.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/poster.hpp"
#include "proto/loop/random.hpp"
#include "proto/loop/timers.hpp"

namespace muster::client {

// Where a directory lives. What is referred to must outlive it.
struct DirectoryLoop {
  loop::Poster& poster;           // onto the loop
  loop::Timers& timers;           // the loop's
  loop::Executor& executor;       // waits for the broker's answers, and tells them on the loop
  std::function<bool()> is_here;  // whether we are on the loop's thread; from any thread
};

// Belongs to one link, and outlives what lives on it; when it goes, nothing that it was given to do uses the bus any more.
// Thread-safe but for stop(). Its threads, if it has any, begin when they are asked for first.
class LinkDriver {
 public:
  LinkDriver() = default;
  LinkDriver(const LinkDriver&) = delete;
  LinkDriver& operator=(const LinkDriver&) = delete;
  virtual ~LinkDriver() = default;

  virtual DirectoryLoop directory() = 0;
  // Where what others signed is verified.
  virtual Verifiers verifiers() = 0;
  // For sessions and ids.
  virtual loop::Random& random() = 0;
  // Nothing of this link runs on the directory's loop any more once this returns, or we are on it: then the directory can
  // go. Once, before the driver goes.
  virtual void stop() = 0;
};

}  // namespace muster::client
