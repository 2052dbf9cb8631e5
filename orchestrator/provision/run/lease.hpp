// The lease on a node: claimed, renewed, given back.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/provision/run/node_line.hpp"
#include "orchestrator/provision/run/run_input.hpp"
#include "orchestrator/provision/run/run_record.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On the loop's thread; must outlive its tasks. What it is given must outlive it. A lease that nobody gives back lapses by itself.
//
// A node that is to go is not asked: it may be away for good. Then it is always ours, without a fence, and how far it is the record says.
class Lease {
 public:
  Lease(const workflow::Workflow& workflow, World& world, const RunInput& node,
        const RunRecord& record, NodeLine& line);

  // What the node granted. A node that was finished once and is back in the join zone is told to begin again, for its
  // certificate is gone and its token covers the name. Errors: why not; who_has_it() tells more.
  loop::Task<Result<Value>> claim();
  // Of a node that does not answer. Expected: it is away, and nobody else can claim it there.
  enum class Silence { ends_it, is_expected };
  // Once a third of it is over, and after our link was lost. An answer that does not come is no failure before all of it is, unless
  // our link was lost: others may have thought us dead.
  loop::Task<Status> renew(Silence silence = Silence::ends_it);
  // Beside a step, for as long as that takes. Ends with what renew() failed with, or well when the orchestrator is stopping.
  loop::Task<Status> keep(Silence silence = Silence::ends_it);
  // Whatever its age: it is ours still.
  loop::Task<Status> confirm();
  // The next renew() asks, whatever its age, and must be answered.
  void is_due() { held_at_ms_ = 0; }
  // By the node's own word somebody else has it, or nobody.
  bool is_lost() const { return is_lost_; }
  // Unix time by which half of it has passed since it was ours for sure. Whoever has the node after us has it, and so a
  // certificate, after its end: the other half is room for clocks that differ.
  // Of a node that is to go: when that began, whoever has its name later.
  std::int64_t middle_ms() const;
  // How long the lease lasts still that this one has replaced: our own of before, or that of an orchestrator that has left. What
  // masters were asked to clean under it may reach, until then, what is signed now.
  std::chrono::milliseconds replaced_lasts() const;
  // Without effect when there is none. Errc::aborted: the node does not know it any more, somebody else has the node.
  loop::Task<Status> give_back(std::string left_as, std::string reason);
  // By the node's own word it waits for a person. No when it does not answer.
  loop::Task<bool> node_has_failed();

  // Of a claim that was refused.
  struct Refusal {
    bool is_finished = false;  // the node says that it is
    Holder holder;             // until when another orchestrator has it
    bool is_anothers_story() const { return is_finished || holder.until_ms > 0; }
  };
  const Refusal& refusal() const { return refusal_; }

 private:
  Result<Value> of_who_leaves();
  void is_ours(std::int64_t since_ms, std::uint64_t cut_off);
  loop::Task<Result<Value>> ask();
  loop::Task<Result<Value>> after_refusal(Error refused);
  Error leave_to_who_runs_it(Error unanswered);
  bool is_anothers(const client::Record& newest, std::int64_t now_ms) const;
  std::chrono::milliseconds age() const;
  std::chrono::milliseconds left() const;
  std::chrono::milliseconds until_due() const;
  std::chrono::milliseconds patience() const;
  loop::Task<bool> has_gone(NodeLine::Asked how = NodeLine::Asked::briefly);

  const workflow::Workflow& workflow_;
  World& world_;
  const RunInput& node_;
  const RunRecord& record_;
  NodeLine& line_;
  Refusal refusal_;
  std::int64_t held_at_ms_ = 0;         // when it was ours last, for sure; 0: it is to be renewed
  std::uint64_t cut_off_ = 0;           // World::times_cut_off() then
  std::int64_t replaces_until_ms_ = 0;  // 0: it replaced none
  bool is_lost_ = false;
};

}  // namespace muster::provision
