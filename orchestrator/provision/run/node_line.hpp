// How a run speaks with its node.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/run/run_record.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On the loop's thread; must outlive its tasks. What it is given must outlive it.
//
// An action that has an input `fence` or `progress`, by its description, gets it: the lease's number, and what is finished by now
// when the node does not know that yet. Should we die before the next such call, the step that was not told is done once more.
class NodeLine {
 public:
  // briefly: what any node that is well answers at once, so that silence tells that it is away. in_leaving: also when we are
  // stopping.
  enum class Asked { as_usual, briefly, in_leaving };

  // `join`: where the node is reached; none: in the collective.
  NodeLine(const workflow::Workflow& workflow, World& world, const RunRecord& record,
           std::optional<client::JoinAddress> join);

  // Errors as Caller::call_one(), but Errc::unavailable for the silence of a node that is away: Errc::timeout is the fault of one
  // that answers something else. `agent` and `action` are literals, or a step's.
  loop::Task<Result<Value>> ask(std::string_view agent, std::string_view action, Value arguments,
                                std::chrono::milliseconds timeout, Asked asked = Asked::as_usual);
  // Whether it can be reached: is online, where it is a member, and answers a brief question.
  loop::Task<bool> answers();
  // It was silent when it was asked last.
  bool is_away() const { return is_away_; }
  // The record has progress that the node does not know yet.
  void has_news() { ++news_; }
  bool is_joining() const { return join_.has_value(); }
  // It is a member from now on.
  void joined() { join_.reset(); }

 private:
  loop::Task<Result<Value>> send(Question question);

  const workflow::Workflow& workflow_;
  World& world_;
  const RunRecord& record_;
  std::optional<client::JoinAddress> join_;
  std::uint64_t news_ = 0;  // of them, since the beginning
  std::uint64_t told_ = 0;  // so many the node has confirmed; several calls may be under way
  bool is_away_ = false;
};

}  // namespace muster::provision
