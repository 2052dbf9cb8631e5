// What operators ask an orchestrator about who is to be believed, carried out and told to people.
#pragma once

#include <functional>

#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/control/duties.hpp"
#include "orchestrator/provision/live/trust_keeper.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// The ids of all of these are the same whoever tells them, so that receivers drop what they have.
plugins::Notification ban_notification(const client::Ban& ban);
client::LifecycleEvent ban_event(const client::Ban& ban);  // "banned", "unbanned": about the node
plugins::Notification revocation_notification(const x509::RevocationList& list,
                                              const std::string& caller);
// "revoked": about the orchestrator `teller`, as the list has no name of its own on the bus.
client::LifecycleEvent revocation_event(const x509::RevocationList& list, const std::string& caller,
                                        const std::string& teller);

class TrustDuty final : public control::Bans, public control::Revocations {
 public:
  using Tell =
      std::function<void(const client::LifecycleEvent& event, const plugins::Notification& people)>;

  // Both must outlive it. `tell` is called on the desk's thread.
  TrustDuty(client::Link& link, provision::TrustKeeper& keeper, Tell tell)
      : link_(link), keeper_(keeper), tell_(std::move(tell)) {}

  Status ban(const std::string& node, const std::string& reason,
             const std::string& caller) override;
  Status unban(const std::string& node, const std::string& caller) override;
  Status revoke(const x509::RevocationList& list, const std::string& caller) override;

 private:
  client::Link& link_;
  provision::TrustKeeper& keeper_;
  const Tell tell_;
};

}  // namespace muster::daemon
