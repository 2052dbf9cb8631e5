// What orchestrators do to a machine, seen at its side: in what order leases acted on it. It asks neither the machine's own
// fences nor anybody's record, so that it can tell when those were wrong.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "plugins/api/agent.hpp"
#include "proto/base/clock.hpp"
#include "proto/progress/progress.hpp"

namespace muster::sim {

// A lease that was over, and was given to another.
struct Takeover {
  std::int64_t at_ms = 0;  // Unix time, by a clock that is right
  std::string from;        // callers, as requests name them
  std::string to;
  std::int64_t kept_at_ms = 0;  // when it was given or renewed last, by that clock
};

// A run that began to do something with a master, after it had chosen it.
struct BegunWith {
  std::string master;
  std::string run_id;
  std::string caller;
  std::int64_t at_ms = 0;  // Unix time, by a clock that is right
};

// On the loop's thread.
class Witness {
 public:
  // An action of the agent `provision` that was carried out; `now_ms` is Unix time by the machine's clock, by which its leases end,
  // `right_ms` by one that is right.
  void saw(const plugins::ActionRequest& request, const Value& answer, std::int64_t now_ms,
           std::int64_t right_ms);
  // Where the machine's is right.
  void saw(const plugins::ActionRequest& request, const Value& answer, std::int64_t now_ms) {
    saw(request, answer, now_ms, now_ms);
  }
  // An action that the machine did not carry out, and why.
  void saw_refused(const plugins::ActionRequest& request, const std::string& why,
                   std::int64_t now_ms);
  // The machine was installed anew: its fences count anew, and nothing is done yet.
  void saw_a_new_disk();

  // A line for each that should not have been: under a fence of before, by another than who was given it, twice by one
  // request; a lease while another holds one and has not left, or with which the machine has forgotten what it was told is
  // finished; none, because of one that is over.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // Whether anybody was ever given a lease.
  bool saw_a_lease() const { return leases_ > 0; }
  // The newest that was given since the machine was installed; 0: none.
  std::int64_t fence() const { return fence_; }
  // Of leases that nobody had given back.
  const std::vector<Takeover>& lost_leases() const { return lost_; }
  const BegunWith& begun_with() const { return begun_with_; }
  // How many leases were given to another than whoever had the one before.
  std::size_t takeovers() const { return takeovers_; }

 private:
  void saw_claim(const plugins::ActionRequest& request, const Value& answer, std::int64_t now_ms,
                 std::int64_t right_ms);
  void saw_progress(const progress::Progress& of_lease, const std::string& caller);
  void saw_master(const progress::Progress& told, const std::string& caller, std::int64_t right_ms);
  void complain(const plugins::ActionRequest& request, std::int64_t fence);
  void say(std::string complaint);

  std::int64_t fence_ = 0;       // the newest that was given
  std::int64_t until_ms_ = 0;    // as the machine said
  std::int64_t kept_at_ms_ = 0;  // given or renewed, by the right clock
  std::string holder_;           // to whom; empty once it was given back
  std::string last_holder_;
  std::size_t leases_ = 0;
  std::size_t takeovers_ = 0;
  progress::Progress told_;  // how far it is, as whoever had a lease told it last
  BegunWith begun_with_;
  std::set<std::string> requests_;
  std::vector<Takeover> lost_;
  std::vector<std::string> complaints_;
};

// An agent as it is, before a witness. All must outlive it.
class WitnessedAgent final : public plugins::Agent {
 public:
  // `clock`: the machine's; `right`: one that is right.
  WitnessedAgent(std::unique_ptr<plugins::Agent> agent, Witness& witness, const base::Clock& clock,
                 const base::Clock& right)
      : agent_(std::move(agent)), witness_(witness), clock_(clock), right_(right) {}

  const ddl::Agent& ddl() const override { return agent_->ddl(); }
  const std::string& name() const override { return agent_->name(); }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;
  Value presence_facts() const override { return agent_->presence_facts(); }
  std::string lease_holder() const override { return agent_->lease_holder(); }

 private:
  const std::unique_ptr<plugins::Agent> agent_;
  Witness& witness_;
  const base::Clock& clock_;
  const base::Clock& right_;
};

}  // namespace muster::sim
