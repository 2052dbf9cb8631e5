// The node in the join zone, over one link: it announces itself and listens to the orchestrators of the token's root.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node-agent/core/channel.hpp"
#include "node-agent/core/host.hpp"
#include "node-agent/core/tickets.hpp"
#include "node-agent/join/join_answer.hpp"
#include "proto/loop/timer.hpp"
#include "proto/security/trust.hpp"

namespace muster::agent {

// How long an announcement waits on the bus when its sender is gone without a last will; it is made anew in a third of it.
inline constexpr std::uint32_t kAnnouncementExpiryS = 900;
// With a new nonce, should an answer have been lost.
inline constexpr std::chrono::seconds kAnnounceAgain{300};
// How often the host's name is read until the node has joined.
inline constexpr std::chrono::seconds kNameAgain{5};
// A smaller difference is the network's, not the clock's.
inline constexpr std::int64_t kClockTrustedMs = 2'000;

// On the loop's thread.
class Joining {
 public:
  // What becomes of it.
  struct Calls {
    std::function<void()> look;                // see show()
    std::function<void(const Error&)> failed;  // the link is of no use
    std::function<void()> member;  // an orchestrator says that our certificate is trusted now
    std::function<void()> anew;    // the node is to be made anew, under another name perhaps
  };
  // References outlive it. `sealer` is the join key, `operators` says whose answers count.
  Joining(Host& host, const Identity& identity, Tickets& tickets, std::string client_id,
          std::shared_ptr<const security::Sealer> sealer, const security::Trust& operators,
          Calls calls);

  // Listens, has what it heard of the roots' lists verified, and announces the node.
  void open();
  void on_subscribed(Ticket ticket, const Status& status);
  void on_lists_verified(bool in_time);
  // The link was made again: the broker's copy may be gone.
  void announce_again();
  void on_view(const View& view);
  void on_announcement(const std::string& nonce, Result<std::string> sealed);
  void on_names(const Names& names);
  // Whether it was an answer. Most of what comes are requests; the gate judges those.
  bool take_answer(std::string_view message);
  const std::shared_ptr<const Channel>& channel() const { return channel_; }
  void take_down();

 private:
  void listen(Feed feed, std::string filter);
  void announce(const View& view);
  void look_at_names();
  void obey(const JoinAnswer& answer);

  Host& host_;
  const Identity& identity_;
  Tickets& tickets_;
  const std::string client_id_;
  const security::Trust& operators_;
  const Calls calls_;
  std::set<Ticket> listening_;  // asked for, and not answered
  std::string nonce_;           // of the last announcement
  bool due_ = false;            // an announcement, whatever was announced before
  bool announced_ = false;
  Value facts_;                      // those announced that presence would show
  std::vector<std::string> agents_;  // announced
  std::string address_;              // the same
  std::chrono::steady_clock::time_point again_at_{};
  bool thorough_ = false;  // the look at names under way
  loop::Timer names_;
  std::shared_ptr<const Channel> channel_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace muster::agent
