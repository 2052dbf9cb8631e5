// The threads of a program's link.
#pragma once

#include <cstddef>
#include <memory>

#include "orchestrator/client/link_driver.hpp"
#include "proto/base/guarded.hpp"
#include "proto/loop/real/system_random.hpp"
#include "proto/loop/real/thread_pool.hpp"

namespace muster::client {

// Threads that verify: one a core, two at least, so that a handler that waits holds up nobody else's messages.
inline constexpr std::size_t kVerifiersMin = 2;
inline constexpr std::size_t kVerifiersMax = 16;
inline constexpr std::size_t kVerifyingWaits = 10'000;  // pieces of work of all intakes

// One for the directory's loop, one that waits for the broker's answers to it, and those that verify.
class LinkThreads final : public LinkDriver {
 public:
  LinkThreads();
  // Waits for what runs beside the loop; what waits there is dropped.
  ~LinkThreads() override;

  DirectoryLoop directory() override;
  Verifiers verifiers() override;
  loop::Random& random() override { return random_; }
  void stop() override;

 private:
  struct Directory;
  loop::SystemRandom random_;
  base::Guarded<std::unique_ptr<Directory>> directory_;         // null until it is asked for
  base::Guarded<std::unique_ptr<loop::ThreadPool>> verifiers_;  // the same
};

}  // namespace muster::client
