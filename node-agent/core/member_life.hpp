// A member's days: it arrives, looks at itself now and then, shows what has changed, follows the roots, rereads its
// configuration, and notices when its link must be made anew.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node-agent/core/ended_runs.hpp"
#include "node-agent/core/host.hpp"
#include "node-agent/core/looks.hpp"
#include "node-agent/core/membership.hpp"
#include "proto/base/throttle.hpp"
#include "proto/loop/timer.hpp"

namespace muster::agent {

inline constexpr std::chrono::seconds kQuietAfter{3};  // start-up is over: what it needed may go
// Looks whether presence should say something new.
inline constexpr std::chrono::seconds kRefreshEvery{60};
// So long without the broker, and our certificate is looked at anew: it may have to be asked for.
inline constexpr std::chrono::seconds kLostForLong{120};
// Lines about statements that are not believed.
inline constexpr base::Throttle::Rate kRefusedRoots{.burst = 3,
                                                    .every = std::chrono::milliseconds(60'000)};

// Of one link. On the loop's thread.
class MemberLife {
 public:
  struct Calls {
    std::function<void()> opened;              // requests come from now on
    std::function<void(const Error&)> failed;  // the link is of no use
    std::function<void(const OtherPresence&)> other;
    std::function<bool()> idle;    // nothing runs, nothing waits
    std::function<void()> quiet;   // now and then
    std::function<void()> anew;    // the link is to be made anew
    std::function<void()> reload;  // the node is
  };
  // References outlive it.
  MemberLife(Host& host, const Identity& identity, Tickets& tickets, EndedRuns& runs, Looks& looks,
             std::shared_ptr<const security::Sealer> sealer, Calls calls);

  void open() { membership_.open(host_.agents()); }
  void look_begins();
  void on_view(const View& view);
  void on_link(transport::LinkState state, const std::string& why);
  void on_message(Feed feed, transport::Message message);
  void reload();
  Membership& membership() { return membership_; }

 private:
  void arrive(const View& view);
  void follow_root(const std::string& statement);
  void refresh_after(std::chrono::milliseconds time);
  void tell_doubtful_classes(const View& view);
  void tell_if_renamed(const View& view);
  void show(const View& view);
  void end_reload();
  void judge_link(const View& view);

  Host& host_;
  const Identity& identity_;
  EndedRuns& runs_;
  Looks& looks_;
  const Calls calls_;
  Membership membership_;
  bool arrived_ = false;  // shown, and told
  loop::Timer refresh_;
  std::optional<std::chrono::steady_clock::time_point> lost_at_;
  base::Throttle refused_roots_;
  std::vector<std::string> doubtful_classes_;    // those that were told of
  std::string other_name_;                       // that was told of
  std::optional<std::uint64_t> reload_gathers_;  // the collection of facts that ends a reload
  bool reload_ends_ = false;                     // with the look under way
};

}  // namespace muster::agent
