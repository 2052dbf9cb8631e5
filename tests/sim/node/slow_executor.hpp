// Actions take a moment, each another: by chance, in virtual time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "proto/loop/executor.hpp"
#include "tests/sim/node/disk.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

inline constexpr std::chrono::milliseconds kActionLeast{1};
inline constexpr std::chrono::milliseconds kActionMost{5};
inline constexpr std::size_t kActionsMax = 256;  // under way, as agent.yaml's `queue`

// On the loop's thread. What still runs is dropped with it.
class SlowExecutor final : public loop::Executor {
 public:
  // Of `disk`, each takes so much longer as it says when it begins.
  SlowExecutor(fakes::VirtualLoop& loop, const Disk& disk) : loop_(loop), disk_(disk) {}
  Status run(Work work) override;

 private:
  std::chrono::milliseconds takes() const;

  fakes::VirtualLoop& loop_;
  const Disk& disk_;
  std::shared_ptr<std::size_t> under_way_ = std::make_shared<std::size_t>(0);
};

}  // namespace muster::sim
