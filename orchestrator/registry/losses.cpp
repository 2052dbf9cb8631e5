#include "orchestrator/registry/losses.hpp"

#include "proto/base/log.hpp"

namespace muster::registry {

void Losses::add(const Error& why) {
  auto& loss = losses_[why.code];
  if (loss.count++ == 0)
    log::error("the registry cannot keep registrations: it loses them until it can",
               {{"why", why.message}});
  loss.last = clock_.steady();
}

void Losses::review() {
  const auto now = clock_.steady();
  std::erase_if(losses_, [now](const auto& entry) {
    const auto& [code, loss] = entry;
    if (now - loss.last < kLossOverAfter) return false;
    log::warning(
        "the registry keeps registrations again",
        {{"after", std::string(base::name_of(code))}, {"lost", std::to_string(loss.count)}});
    return true;
  });
}

}  // namespace muster::registry
