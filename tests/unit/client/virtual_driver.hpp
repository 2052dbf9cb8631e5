// A link that lives on one virtual loop: nothing of it has a thread.
#pragma once

#include "orchestrator/client/link_driver.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::client {

// On the loop's thread, which must outlive it.
class VirtualDriver final : public LinkDriver {
 public:
  explicit VirtualDriver(fakes::VirtualLoop& loop) : loop_(loop) {}
  // What was to be asked of the bus is: that goes next.
  ~VirtualDriver() override { loop_.run_due(); }
  DirectoryLoop directory() override {
    return {loop_, loop_, loop_, [] { return true; }};
  }
  Verifiers verifiers() override { return {loop_, 1}; }
  loop::Random& random() override { return loop_; }
  void stop() override {}

 private:
  fakes::VirtualLoop& loop_;
};

}  // namespace muster::client
