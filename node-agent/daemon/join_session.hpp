// The agent in the join zone: it announces itself and obeys the orchestrators of the token's root.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/daemon/signals.hpp"
#include "node-agent/dispatch/dispatcher.hpp"
#include "node-agent/join/announcement.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/join/join_identity.hpp"
#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"

namespace muster::agent {

// How long an announcement waits on the bus when its sender is gone without a last will; it is made anew in a third of it.
inline constexpr std::uint32_t kAnnouncementExpiryS = 900;

// Not thread-safe.
class JoinSession {
 public:
  // Connects and subscribes. Needs bus.token. `signals` and `revocations` must outlive the session.
  static Result<std::unique_ptr<JoinSession>> open(const BusSettings& bus, const JoinIdentity& join,
                                                   Signals& signals, RevocationWatch& revocations);
  // The same over a link that stands already, for the collective that the token names.
  static Result<std::unique_ptr<JoinSession>> over(std::unique_ptr<transport::Bus> link,
                                                   const std::string& collective,
                                                   const JoinIdentity& join, Signals& signals,
                                                   RevocationWatch& revocations);
  // Takes the announcement down, in order.
  ~JoinSession();

  // Retained, so that an orchestrator that starts later finds it. Again after each reconnect.
  Status announce(const AnnouncementContent& content, const x509::Key& token_key,
                  const plugins::PuppetPaths& puppet);
  // Hands a request that came as Signal::join_message to the dispatcher.
  void take(std::string message, Dispatcher& dispatcher);
  const std::string& client_id() const { return join_.client_id; }

 private:
  JoinSession(std::unique_ptr<transport::Bus> link, JoinIdentity join);
  JoinIdentity join_;
  std::shared_ptr<const Channel> channel_;
  std::shared_ptr<transport::Bus> bus_;
  transport::Subscription lists_heard_;
  transport::Subscription heard_;
};

}  // namespace muster::agent
