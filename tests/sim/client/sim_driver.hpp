// What a link of the real client code lives on in a simulation: the one loop.
#pragma once

#include <memory>

#include "orchestrator/client/link_driver.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

// On the loop's thread, which must outlive it. It may go within a task of the loop: what it was given to do by then is left undone.
class SimDriver final : public client::LinkDriver, private loop::Executor {
 public:
  explicit SimDriver(fakes::VirtualLoop& loop) : loop_(loop) {}

  client::DirectoryLoop directory() override {
    return {loop_, loop_, *this, [] { return true; }};
  }
  client::Verifiers verifiers() override { return {*this, 1}; }
  loop::Random& random() override { return loop_; }
  void stop() override { alive_.reset(); }

 private:
  Status run(Work work) override;

  fakes::VirtualLoop& loop_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();
};

}  // namespace muster::sim
