// Has masters clean what they owe.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/debt_keeper.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/throttle.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

inline constexpr std::size_t kPayingAtOnce = 8;           // masters
inline constexpr std::chrono::seconds kCleanTimeout{20};  // of one name
// A serial that its master never issued is asked for again for so long since the master first said so: an older copy of its CA
// may be put right. Then it counts as paid: what nobody can pay must not take the room of what is owed.
inline constexpr std::chrono::hours kUnknownSerialOwedFor{7 * 24};
inline constexpr std::chrono::minutes kPayingPatience{
    10};  // of one round; the next goes on with the rest

// On the loop's thread. All that it is given must outlive it.
class DebtPayments {
 public:
  struct Parts {
    const base::Clock& clock;
    client::Fleet& fleet;
    Asker& asker;
    loop::Executor& executor;  // for the disk
    DebtKeeper& debts;
    Masters& masters;
    std::chrono::milliseconds clean_timeout{kCleanTimeout};
    std::string as = {};  // our name: each orchestrator begins with other names
  };
  explicit DebtPayments(Parts parts);

  // Cleans what the masters whose Puppet Server runs still owe, however many nodes they have in flight, and no more: a
  // certificate that the name got later stays, and so does the master's own. Masters pay side by side; one that does not
  // answer is asked for nothing more in this round. Gives the number that was paid. One round at a time.
  loop::Task<std::size_t> pay();

 private:
  enum class Outcome { paid, owed, silent };
  // Those of one queue, one after another.
  loop::Task<Status> pay_each_of(std::deque<std::string>& masters, std::size_t& paid);
  loop::Task<std::size_t> pay_all_of(std::string master);
  loop::Task<Outcome> pay_one(Debt debt);
  Value what_is_owed(const Debt& debt) const;
  // Of what the master answered; told. Without those that are given up.
  std::set<std::string> unknown_of(const Debt& debt, const Value& cleaned);
  std::set<std::string> give_up_oldest_of(const Debt& debt, std::set<std::string> unknown);
  void forget_paid();

  const Parts parts_;
  // Since when a master does not know it: by master, name and serial.
  std::map<std::tuple<std::string, std::string, std::string>, std::chrono::steady_clock::time_point>
      unknown_since_;
  base::Throttle unpaid_told_;  // by master and name
};

}  // namespace muster::provision
