// What operators ask of the outbox.
#pragma once

#include "orchestrator/control/duties.hpp"
#include "orchestrator/notify/deliverer.hpp"
#include "proto/base/clock.hpp"

namespace muster::daemon {

inline constexpr std::size_t kToldReasonMaxBytes = 500;

// Thread-safe.
class NotificationsDuty final : public control::Notifications {
 public:
  // Both must outlive it.
  NotificationsDuty(notify::Deliverer& deliverer, const base::Clock& clock)
      : deliverer_(deliverer), clock_(clock) {}

  Result<Value> unsent(std::size_t most) override;
  Result<Value> retry(const std::string& id) override;

 private:
  notify::Deliverer& deliverer_;
  const base::Clock& clock_;
};

}  // namespace muster::daemon
