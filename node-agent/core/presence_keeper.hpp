// Keeps the node's presence on the broker as it is: shows it when it changes, before it expires, after each new link, and when
// the broker shows something else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node-agent/core/host.hpp"
#include "node-agent/presence/own_presence.hpp"
#include "proto/loop/timer.hpp"
#include "proto/security/sealer.hpp"

namespace muster::agent {

// Retained presence of a node whose last will was lost with its broker must not stay for ever: it
// expires (MQTT 5) unless it is shown again in time.
inline constexpr std::uint32_t kPresenceExpiryS = 600;
inline constexpr std::chrono::seconds kPresenceAgain{240};
// Two who show themselves under one name must not keep the broker busy with it.
inline constexpr std::chrono::seconds kRestorePause{2};

// Of one link. On the loop's thread.
class PresenceKeeper {
 public:
  // `on_other` is told what the broker showed instead of us, once that is put right. References outlive it.
  PresenceKeeper(Host& host, const Identity& identity,
                 std::shared_ptr<const security::Sealer> sealer,
                 std::function<void(const OtherPresence&)> on_other);

  // Shows `body` (a serialised Presence; empty: nothing is known) when it differs from what is shown, or when that was shown
  // longer than kPresenceAgain ago.
  void show(const std::string& body);
  // The same as last time: after a new link the broker's copy may be gone.
  void show_again();
  // What the broker shows of us. Put right at once, but not more often than each kRestorePause.
  void hear(transport::Message message);
  // In order, in every collective; nothing is put right any more.
  void take_down();

 private:
  void restore();

  Host& host_;
  const Identity& identity_;
  const std::shared_ptr<const security::Sealer> sealer_;
  const std::function<void(const OtherPresence&)> on_other_;
  OwnPresence own_;
  std::string shown_;
  std::chrono::steady_clock::time_point shown_at_{};
  std::optional<std::chrono::steady_clock::time_point> restored_at_;
  loop::Timer pause_;
};

}  // namespace muster::agent
