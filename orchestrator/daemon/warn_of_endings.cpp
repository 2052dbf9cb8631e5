#include "orchestrator/daemon/warn_of_endings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/link.hpp"
#include "orchestrator/daemon/tell.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/log.hpp"

namespace muster::daemon {

plugins::Notification ending_notification(const client::Ending& ending) {
  plugins::Notification out;
  out.id =
      fmt::format("expiring-{}-{}", ending.fingerprint, client::warning_stage(ending.days_left));
  out.subject =
      ending.days_left < 0 ? ending.what + " has ended" : fmt::format("{} ends soon", ending.what);
  out.text =
      fmt::format("{}\nFingerprint, or a token's id: {}\n", text_of(ending), ending.fingerprint);
  out.data = {{"what", ending.what},
              {"fingerprint", ending.fingerprint},
              {"ends_at", base::iso8601(ending.ends_at_ms)},
              {"days_left", ending.days_left},
              {"remedy", ending.remedy}};
  return out;
}

client::LifecycleEvent ending_event(const client::Ending& ending, const std::string& teller) {
  return event_of(ending_notification(ending), "expiring", teller);
}

void warn_of_endings(client::Link& link, const client::Depends& depends,
                     notify::Deliverer& deliverer) {
  for (const auto& ending : client::ending_soon(depends, link.clock().unix_ms())) {
    log::warning(client::text_of(ending));
    tell_all(link, deliverer, ending_event(ending, link.caller()), ending_notification(ending));
  }
}

}  // namespace muster::daemon
