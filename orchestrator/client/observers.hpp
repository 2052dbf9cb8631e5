// Who is called when something happened.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "proto/base/guarded.hpp"

namespace muster::client {

// Thread-safe. An observer is called for as long as the handle that add() gave lives, and once more
// when it goes just then: it must hold what it needs by itself.
class Observers {
 public:
  using Observer = std::function<void()>;
  using Handle = std::shared_ptr<const Observer>;

  [[nodiscard]] Handle add(Observer observer);
  void emit();

 private:
  base::Guarded<std::vector<std::weak_ptr<const Observer>>> observers_;
};

}  // namespace muster::client
