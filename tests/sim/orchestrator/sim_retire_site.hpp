// The site as it is, for masters that are to go: as provision::LiveRetireSite, on a bus that is played.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/provision/retire_site.hpp"
#include "tests/sim/orchestrator/presences.hpp"
#include "tests/sim/orchestrator/sim_collective.hpp"
#include "tests/sim/orchestrator/sim_marks.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimRetireSite final : public provision::RetireSite {
 public:
  struct Parts {
    BusMember& bus;
    SimMarks& marks;
    const Presences& presences;
    const SimCollective& collective;
    OrchestratorDisk& disk;
    loop::Waits& waits;
    const std::map<std::string, x509::Certificate>& cas;  // by master
  };
  // Before BusMember::open().
  explicit SimRetireSite(const Parts& parts);

  // All that is retained has been heard.
  void opened() { sees_all_ = true; }
  bool sees_all() const override { return sees_all_; }
  std::vector<provision::Retiring> retiring() const override;
  std::size_t other_masters() const override;
  client::MembersOfMaster members_of(const provision::Retiring& one) const override;
  std::optional<client::Record> record(const std::string& node) const override {
    return parts_.collective.record(node);
  }
  std::size_t debts_of(const std::string& master) const override;
  loop::Task<Status> sign_anew(provision::Retiring one) override {
    co_return parts_.marks.sign_anew(one);
  }
  loop::Task<Status> withdraw(provision::Retiring one) override {
    co_return parts_.marks.withdraw(one);
  }
  loop::Task<Status> tell(provision::RetirementNews news) override;

 private:
  const Parts parts_;
  bool sees_all_ = false;
};

}  // namespace muster::sim
