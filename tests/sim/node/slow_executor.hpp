// Actions take a moment, each another: by chance, in virtual time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "proto/loop/executor.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

inline constexpr std::chrono::milliseconds kActionLeast{1};
inline constexpr std::chrono::milliseconds kActionMost{5};
inline constexpr std::size_t kActionsMax = 256;  // under way, as agent.yaml's `queue`

// On the loop's thread. What still runs is dropped with it.
class SlowExecutor final : public loop::Executor {
 public:
  // `slower_by`: each takes so much longer, as it is when it begins.
  SlowExecutor(fakes::VirtualLoop& loop, const std::chrono::milliseconds& slower_by)
      : loop_(loop), slower_by_(slower_by) {}
  Status run(Work work) override;

 private:
  fakes::VirtualLoop& loop_;
  const std::chrono::milliseconds& slower_by_;
  std::shared_ptr<std::size_t> under_way_ = std::make_shared<std::size_t>(0);
};

}  // namespace muster::sim
