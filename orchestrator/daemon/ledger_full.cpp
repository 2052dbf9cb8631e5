#include "orchestrator/daemon/ledger_full.hpp"

#include <fmt/format.h>

#include <chrono>

#include "orchestrator/daemon/tell.hpp"

namespace muster::daemon {
namespace {

constexpr std::int64_t kDayMs = std::chrono::milliseconds(std::chrono::hours(24)).count();

}  // namespace

plugins::Notification ledger_full_notification(const std::string& why, const std::string& teller,
                                               std::int64_t now_ms) {
  plugins::Notification out;
  out.id = fmt::format("tokens-full-{}-{}", teller, now_ms / kDayMs);
  out.subject =
      fmt::format("{} lets no new node in: it cannot remember more uses of join tokens", teller);
  out.text = fmt::format("{}.\nNodes that have used their token before are not concerned.\n", why);
  out.data = {{"why", why}};
  return out;
}

client::LifecycleEvent ledger_full_event(const std::string& why, const std::string& teller,
                                         std::int64_t now_ms) {
  return event_of(ledger_full_notification(why, teller, now_ms), "tokens-full", teller);
}

}  // namespace muster::daemon
