// Who wants to hear that something happened.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace muster::client {

// Thread-safe. A listener is heard for as long as the handle that add() gave lives, and once more
// when it goes just then: it must hold what it needs by itself.
class Signal {
 public:
  using Listener = std::function<void()>;
  using Handle = std::shared_ptr<const Listener>;

  [[nodiscard]] Handle add(Listener listener);
  void emit();

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<const Listener>> listeners_;
};

}  // namespace muster::client
