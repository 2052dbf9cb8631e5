// A directory over a broker in virtual time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/transport/directory/bus_directory.hpp"
#include "tests/support/loop_bus/loop_broker.hpp"
#include "tests/support/virtual_loop/late_executor.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::transport {

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
    loop.advance(executor.takes);
  }
  DirectoryLab(const DirectoryLab&) = delete;
  DirectoryLab& operator=(const DirectoryLab&) = delete;

  void wait(std::chrono::milliseconds time) { loop.advance(time); }

  fakes::VirtualLoop loop;
  fakes::LateExecutor executor{loop};
  test::LoopBroker broker{loop};

 private:
  std::unique_ptr<Bus> bus_;

 public:
  std::unique_ptr<BusDirectory> directory;
};

}  // namespace muster::transport
