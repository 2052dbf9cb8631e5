#include "orchestrator/client/signal.hpp"

namespace muster::client {

Signal::Handle Signal::add(Listener listener) {
  auto handle = std::make_shared<const Listener>(std::move(listener));
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
  listeners_.push_back(handle);
  return handle;
}

void Signal::emit() {
  std::vector<Handle> present;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& known : listeners_)
      if (auto listener = known.lock()) present.push_back(std::move(listener));
  }
  for (const auto& listener : present) (*listener)();
}

}  // namespace muster::client
