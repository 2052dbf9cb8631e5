#include "orchestrator/client/observers.hpp"

namespace muster::client {

Observers::Handle Observers::add(Observer observer) {
  auto handle = std::make_shared<const Observer>(std::move(observer));
  const base::Locked observers(observers_);
  std::erase_if(*observers, [](const auto& known) { return known.expired(); });
  observers->push_back(handle);
  return handle;
}

void Observers::emit() {
  std::vector<Handle> present;
  {
    const base::Locked observers(observers_);
    for (const auto& known : *observers)
      if (auto observer = known.lock()) present.push_back(std::move(observer));
  }
  for (const auto& observer : present) (*observer)();
}

}  // namespace muster::client
