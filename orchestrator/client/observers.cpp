#include "orchestrator/client/observers.hpp"

namespace muster::client {

Observers::Handle Observers::add(Observer observer) {
  auto handle = std::make_shared<const Observer>(std::move(observer));
  const std::lock_guard lock(mutex_);
  std::erase_if(observers_, [](const auto& known) { return known.expired(); });
  observers_.push_back(handle);
  return handle;
}

void Observers::emit() {
  std::vector<Handle> present;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& known : observers_)
      if (auto observer = known.lock()) present.push_back(std::move(observer));
  }
  for (const auto& observer : present) (*observer)();
}

}  // namespace muster::client
