// A directory over a broker in virtual time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/transport/directory/bus_directory.hpp"
#include "tests/support/loop_bus/loop_broker.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::transport {

// Whose work takes its time, as on a thread that others use too.
class SlowExecutor : public loop::Executor {
 public:
  explicit SlowExecutor(fakes::VirtualLoop& loop) : loop_(loop) {}
  Status run(Work work) override {
    if (late.count() == 0) return loop_.run(std::move(work));
    loop_.after(late, [work = std::move(work)] {
      if (const auto then = work()) then();
    });
    return {};
  }

  std::chrono::milliseconds late{0};

 private:
  fakes::VirtualLoop& loop_;
};

class DirectoryLab {
 public:
  explicit DirectoryLab(std::string own_topic = "self/1") {
    bus_ = broker.connect([this](LinkState state, const std::string&) {
      loop.post([this, state] { directory->hear(state); });
    });
    directory =
        std::make_unique<BusDirectory>(Watching::Parts{{*bus_,
                                                        [this](std::function<void()> task) {
                                                          loop.post(std::move(task));
                                                          return true;
                                                        },
                                                        executor},
                                                       loop,
                                                       std::move(own_topic),
                                                       {.quiet = std::chrono::milliseconds(20)}},
                                       true);
  }
  ~DirectoryLab() {
    directory.reset();
    loop.advance(executor.late);
  }
  DirectoryLab(const DirectoryLab&) = delete;
  DirectoryLab& operator=(const DirectoryLab&) = delete;

  void wait(std::chrono::milliseconds time) { loop.advance(time); }

  fakes::VirtualLoop loop;
  SlowExecutor executor{loop};
  test::LoopBroker broker{loop};

 private:
  std::unique_ptr<Bus> bus_;

 public:
  std::unique_ptr<BusDirectory> directory;
};

}  // namespace muster::transport
