// The agent as a member of its collectives: mutual TLS with its Puppet certificate.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/daemon/signals.hpp"
#include "node-agent/dispatch/dispatcher.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/presence/own_presence.hpp"
#include "proto/base/result.hpp"
#include "proto/security/signer.hpp"
#include "proto/transport/bus.hpp"

namespace muster::agent {

// Retained presence of a node whose last will was lost with its broker must not stay for ever: it
// expires (MQTT 5) unless it is shown again in time.
inline constexpr std::uint32_t kPresenceExpiryS = 600;
inline constexpr std::chrono::seconds kPresenceAgain{240};
// Two who show themselves under one name must not keep the broker busy with it.
inline constexpr std::chrono::seconds kRestorePause{2};

// Not thread-safe but for publish_event.
class MemberSession {
 public:
  // Connects and subscribes. Errc::refused when the broker does not accept the certificate.
  // References must outlive the session.
  static Result<std::unique_ptr<MemberSession>> open(
      const AgentConfig& config, const BusSettings& bus, const std::string& identity,
      Signals& signals, Dispatcher& dispatcher, RevocationWatch& revocations,
      const std::vector<std::string>& agents, const base::Clock& clock);
  // What is called on the bus's thread; each may be empty.
  struct Hearers {
    std::function<void()> on_own_presence;  // restore_presence() has something to do
    std::function<void(std::string)> on_root_statement;
  };
  // The same over a link that stands already.
  static Result<std::unique_ptr<MemberSession>> over(
      std::unique_ptr<transport::Bus> link, std::vector<std::string> collectives,
      std::string identity, security::Signer signer, Dispatcher& dispatcher,
      RevocationWatch& revocations, const std::vector<std::string>& agents,
      const base::Clock& clock, Hearers hearers = {});
  // Takes presence down, in order.
  ~MemberSession();

  // Takes requests to these agents from now on, and to no others. What is under way goes on.
  void follow_agents(const std::vector<std::string>& agents);
  // Shows `body` (a serialised Presence; empty: nothing is known) when it differs from what is shown,
  // or when that was shown longer than kPresenceAgain ago.
  void show_presence(const std::string& body);
  // The same as last time: after a reconnect the broker's copy may be gone.
  void show_presence_again();
  // Shows it again where the broker showed something else, and tells what that was: a late will of a
  // predecessor, or another machine. Not more often than each kRestorePause: then the next call does it.
  std::optional<OtherPresence> restore_presence();
  // Publishes a serialised Registration to the registries of the main collective, the first one.
  Status register_node(std::string body);
  // Whether `puppet` now holds another usable certificate than the one this session signs with.
  // Reads it only when its file has changed since the last time.
  bool renewed(const plugins::PuppetPaths& puppet);
  // In every collective.
  Status publish_event(const std::string& type, const Value& data, std::int64_t now_ms);

 private:
  MemberSession(std::unique_ptr<transport::Bus> link, std::vector<std::string> collectives,
                std::string identity, security::Signer signer, Dispatcher& dispatcher,
                const base::Clock& clock);
  Status hear_roots(std::function<void(std::string)> on_root_statement);
  Status hear_revocations(RevocationWatch& revocations);
  Status hear_own_presence(std::function<void()> on_own_presence);
  Status subscribe(const std::vector<std::string>& agents);
  using Subscriptions = std::vector<transport::Subscription>;
  Result<Subscriptions> subscribe_to_agent(const std::string& agent);
  // To a topic of each of our collectives.
  Result<Subscriptions> subscribe_in_each(
      const std::function<std::string(const std::string& collective)>& topic,
      const transport::Bus::MessageHandler& handler);
  // The same, until the session ends.
  Status hear_in_each(const std::function<std::string(const std::string& collective)>& topic,
                      const transport::Bus::MessageHandler& handler);
  transport::Bus::MessageHandler hand_over(bool direct) const;

  std::vector<std::string> collectives_;
  std::string identity_;
  std::shared_ptr<const security::Signer> signer_;
  std::shared_ptr<transport::Bus> bus_;
  const base::Clock& clock_;
  Dispatcher& dispatcher_;
  std::shared_ptr<const Channel> channel_;
  std::map<std::string, Subscriptions> agents_;         // whose requests we take
  Subscriptions own_;                                   // requests to us, and our presence
  std::filesystem::file_time_type certificate_seen_{};  // when its file was last changed
  std::shared_ptr<OwnPresence> own_presence_ = std::make_shared<OwnPresence>();
  std::chrono::steady_clock::time_point restored_at_{};
  std::string shown_;
  std::chrono::steady_clock::time_point shown_at_{};
};

// The key pair of the node, when it holds a certificate for its name that matches the key and is
// valid at `now_ms`.
Result<security::Signer> node_signer(const plugins::PuppetPaths& puppet,
                                     const std::string& identity, std::int64_t now_ms);

}  // namespace muster::agent
