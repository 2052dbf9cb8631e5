// Has masters clean what they owe.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <set>
#include <string>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/debts.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/throttle.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

inline constexpr std::size_t kPayingAtOnce = 8;           // masters
inline constexpr std::chrono::seconds kCleanTimeout{20};  // of one name
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
    Debts& debts;
    Masters& masters;
    std::chrono::milliseconds clean_timeout{kCleanTimeout};
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
  // Of what the master answered; told.
  std::set<std::string> unknown_of(const Debt& debt, const Value& cleaned);

  const Parts parts_;
  base::Throttle unpaid_told_;  // by master and name
};

}  // namespace muster::provision
