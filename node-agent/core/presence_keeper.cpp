#include "node-agent/core/presence_keeper.hpp"

#include <utility>

#include "proto/base/log.hpp"
#include "proto/messages/presence.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {

PresenceKeeper::PresenceKeeper(Host& host, const Identity& identity,
                               std::shared_ptr<const security::Sealer> sealer,
                               std::function<void(const OtherPresence&)> on_other)
    : host_(host),
      identity_(identity),
      sealer_(std::move(sealer)),
      on_other_(std::move(on_other)),
      pause_(host.timers()) {}

void PresenceKeeper::show(const std::string& body) {
  const auto now = host_.timers().clock().steady();
  const bool fresh = !shown_.empty() && now - shown_at_ <= kPresenceAgain;
  if (!body.empty() && (body != shown_ || !fresh)) {
    shown_ = body;
    show_again();
  }
  restore();  // what was heard before anything was shown
}

void PresenceKeeper::show_again() {
  if (shown_.empty()) return;
  const auto& clock = host_.timers().clock();
  shown_at_ = clock.steady();
  auto sealed =
      sealer_->seal(envelope::Kind::presence, messages::Presence::stamped(shown_, clock.unix_ms()));
  if (!sealed) return log::error("cannot sign presence", {{"why", sealed.error().message}});
  own_.shown(*sealed);
  for (const auto& collective : identity_.collectives)
    if (auto sent = host_.publish(transport::topics::presence(collective, identity_.name), *sealed,
                                  {.retain = true, .expiry_s = kPresenceExpiryS});
        !sent)
      log::warning("cannot show presence", {{"why", sent.error().message}});
}

void PresenceKeeper::hear(transport::Message message) {
  if (own_.hear(std::move(message))) restore();
}

void PresenceKeeper::restore() {
  if (shown_.empty()) return;  // the first show() calls again
  const auto now = host_.timers().clock().steady();
  if (restored_at_ && now - *restored_at_ < kRestorePause) {
    const auto left = *restored_at_ + kRestorePause - now;
    if (!pause_.is_set())
      pause_.set(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { restore(); });
    return;
  }
  const auto message = own_.take();
  if (!message) return;
  const auto other = host_.read_other(*message);
  if (!other) return;
  restored_at_ = now;
  show_again();
  on_other_(*other);
}

void PresenceKeeper::take_down() {
  own_.close();
  pause_.stop();
  shown_.clear();
  for (const auto& collective : identity_.collectives)
    (void)host_.publish(transport::topics::presence(collective, identity_.name), "",
                        {.retain = true});
}

}  // namespace muster::agent
