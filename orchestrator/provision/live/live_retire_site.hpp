// The site as it is, for masters that are to go: endorsements, presence, records and debts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/live/debt_keeper.hpp"
#include "orchestrator/provision/retire_site.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/waits.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

class LiveRetireSite final : public RetireSite {
 public:
  // Writes the outbox; on a thread of `writer`.
  using Tell = std::function<Status(const RetirementNews&)>;
  // `writer` signs and writes, beside the loop. All must outlive it.
  struct Parts {
    client::Link& link;
    client::Fleet& fleet;
    client::Records& records;
    Collective& collective;
    DebtKeeper& debts;
    loop::Executor& writer;
    loop::Waits& waits;
  };
  // `tell` may be empty: then nobody is told, and a CA is withdrawn all the same.
  LiveRetireSite(Parts parts, Tell tell) : parts_(parts), tell_(std::move(tell)) {}

  bool sees_all() const override { return parts_.fleet.complete(); }
  std::vector<Retiring> retiring() const override;
  std::size_t other_masters() const override;
  client::MembersOfMaster members_of(const Retiring& one) const override;
  std::optional<client::Record> record(const std::string& node) const override;
  std::size_t debts_of(const std::string& master) const override;
  loop::Task<Status> sign_anew(Retiring one) override;
  loop::Task<Status> withdraw(Retiring one) override;
  loop::Task<Status> tell(RetirementNews news) override;

 private:
  const Parts parts_;
  const Tell tell_;
};

}  // namespace muster::provision
