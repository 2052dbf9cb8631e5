// Masters that are to go: their members move to the others, one after the other, and then their CAs are withdrawn.
// docs/adr/0100-a-master-is-retired.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/retire_site.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/clock.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

inline constexpr std::size_t kMovedAtOnce =
    1;  // members of one master, until each is finished elsewhere
// Nobody is named by the CA for so long, with all presences in sight: longer than presence is believed (client::kPresenceMaxAge).
inline constexpr std::chrono::minutes kNobodyLeftFor{15};
// A member that does not let itself be moved is asked again after so long.
inline constexpr std::chrono::minutes kMovedAgainAfter{10};
// What keeps it up may change with each node that comes and goes: people are told of that so often at most.
inline constexpr std::chrono::hours kStuckToldEvery{1};
// Who acts for a retired master signs its endorsement anew so often; another one begins to act when that was so long ago.
inline constexpr std::chrono::minutes kActsSignedEvery{5};
inline constexpr std::chrono::minutes kActsAtMost{15};
// After an endorsement was signed, before its signer acts: of two that sign at once each has heard the other by then.
inline constexpr std::chrono::seconds kActsAfter{5};

// On the loop's thread. What it is given must outlive it; stories that have not ended are dropped with it. All that has to
// outlive this process is in endorsements and records: who acts is who signed the endorsement last, and whoever acts begins
// with what those say.
class Retirements {
 public:
  // As Orders::move_away().
  using Move =
      std::function<loop::Task<Result<std::string>>(std::string node, const Retiring& from)>;
  struct Parts {
    RetireSite& site;
    World& world;
    const base::Clock& clock;
    Move move;
  };
  // `as`: this orchestrator's name on the bus.
  Retirements(Parts parts, std::string as) : parts_(std::move(parts)), as_(std::move(as)) {}

  // What is to be done next for each retired master, if it is ours to act for. Every few seconds.
  void look();
  // Some master is retired, whoever acts for it.
  bool any() const { return !known_.empty(); }
  bool idle() const { return stories_.idle(); }
  // Called whenever something has ended that idle() waits for.
  void on_end(std::function<void()> handler) { stories_.on_end(std::move(handler)); }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Refused {
    std::string why;
    TimePoint again_at{};
  };
  // What we remember of one while we act for it: each restart, and each change of who acts, begins anew with it.
  struct Known {
    std::int64_t retired_at_ms = 0;
    bool busy = false;
    std::uint64_t cut_off = 0;
    std::optional<TimePoint> nobody_since;
    std::map<std::string, TimePoint> moved;  // by us, and not finished yet
    std::map<std::string, Refused> refused;  // members, and what they said
    std::string told;                        // what people were told last
    TimePoint told_at{};
    std::map<std::string, int> times_told;  // by what
    std::string warned;                     // of what kept us up when we looked last
  };

  bool acts(const Retiring& one, Known& known);
  loop::Task<Status> go_on(Retiring one);
  loop::Task<Status> next_of(Retiring one, Known& known);
  loop::Task<Status> move_one(Retiring one, Known& known, client::MembersOfMaster members);
  loop::Task<Status> wait_for_nobody(Retiring one, Known& known);
  loop::Task<Status> withdraw(Retiring one, Known& known);
  loop::Task<Status> take_over(Retiring one);
  loop::Task<Status> tell(Retiring one, Known& known, RetirementNews::What what, std::string why,
                          std::string about = {});
  loop::Task<Status> tell_stuck(Retiring one, Known& known, const client::MembersOfMaster& members);
  loop::Task<Status> ask(Retiring one, Known& known, std::string node);
  bool outage(Known& known);
  std::optional<std::string> failed_elsewhere(Known& known);
  std::size_t under_way(const Known& known, const client::MembersOfMaster& members) const;
  std::optional<std::string> next_member(Known& known, const client::MembersOfMaster& members);

  const Parts parts_;
  const std::string as_;
  std::map<std::string, Known> known_;  // by the CA's identity
  loop::Stories stories_;
};

}  // namespace muster::provision
