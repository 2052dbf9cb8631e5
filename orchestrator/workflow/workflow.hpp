// A workflow: what is done to a new node, step by step, as it stands in its file. docs/WORKFLOWS.md is the reference.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/workflow/condition.hpp"
#include "orchestrator/workflow/descriptions.hpp"
#include "orchestrator/workflow/selection.hpp"
#include "orchestrator/workflow/step_kinds.hpp"
#include "proto/base/value.hpp"

namespace muster::workflow {

inline constexpr std::size_t kStepsMax = 64;  // with those of the workflows that are steps of it
inline constexpr std::size_t kStepNameMaxBytes = 64;  // with the blocks that it stands in
inline constexpr std::size_t kNestingMax = 4;         // workflows in one another
inline constexpr std::size_t kInnerWorkflowsMax =
    16;                                         // that are steps of one, those of theirs among them
inline constexpr std::size_t kParallelMax = 8;  // steps at once
inline constexpr std::size_t kCompensationMax = 8;  // steps of one
inline constexpr std::int64_t kTriesMax = 100;
inline constexpr std::int64_t kAttemptsMax = 1000;
inline constexpr std::chrono::seconds kLateAfter{1'800};
inline constexpr std::chrono::seconds kLateAfterLeast{60};
inline constexpr std::chrono::hours kLateAfterMost{7 * 24};

enum class OnFailure {
  retry,         // the attempt ends; the node is tried again later from its last finished step
  other_master,  // back to pick-master without this master
  skip,          // the run goes on without the step
  compensate,    // as retry, after other steps
  fail           // the node waits as failed until a person looks
};
enum class Otherwise { any, fail };  // no master shares any of the facts

// A step that holds others, as those see it.
struct Block {
  std::string name;
  Condition when;            // counts until one of its steps is finished: then all are meant
  bool is_parallel = false;  // they are done side by side
  bool skips = false;        // when one of its steps has failed, the rest is left out with it
};

struct Step {
  std::string name;           // of one in blocks: block/step
  std::vector<Block> blocks;  // that it stands in, the outermost first
  Kind kind = Kind::call;
  Scope scope = Scope::node;
  Condition when;
  std::string agent;  // of a call
  std::string action;
  Value arguments;                   // a map; texts may hold templates, ${name}
  std::vector<std::string> names;    // that stand in them
  std::string file;                  // of another workflow: as it stands there
  std::vector<std::string> outputs;  // that a program is to give
  std::vector<std::string> kept;     // outputs of its outcome that later steps name
  Selection selection;               // of choose, and of a call on others whom `on` does not name
  std::string on;  // of a call on others: the template that names them, or nothing
  std::vector<std::string> on_names;  // that stand in it
  std::vector<std::string> facts;     // pick-master, choose: in order of priority
  Otherwise otherwise = Otherwise::any;
  std::chrono::milliseconds timeout{20'000};
  std::uint32_t tries = 3;
  std::chrono::milliseconds backoff{1'000};  // before the second try; doubles, with jitter
  OnFailure on_failure = OnFailure::retry;
  bool fails_unsaid = false;  // on_failure is `fail` for what it is, not because the file says so
  std::vector<Step> compensation;  // what is done when it has failed, each time
  bool is_beside_others() const { return !blocks.empty() && blocks.back().is_parallel; }
  std::string skipped_with_it;  // of `skip`: the block whose rest is left out as well; empty: none
};

// Names of what its outcome holds, for later steps. Of a call by the description of its action.
std::vector<std::string> outputs_of(const Step& step, const Descriptions& agents);
// All that its templates and its conditions read, and those of its compensation.
std::vector<std::string> names_read_by(const Step& step);

// Those that must hold now for it to be done: of the blocks that it stands in, unless one of their steps is finished, and its own.
std::vector<const Condition*> conditions_of(const Step& step,
                                            const std::set<std::string>& finished);
// All of them in one text, as it would be written; empty: always.
std::string condition_text(const Step& step);

struct Workflow {
  std::string name;
  std::string text;  // of its file, and of those of the workflows that are steps of it (texts.hpp)
  std::string hash;  // hex SHA-256 of that
  std::uint32_t attempts = 5;  // of the whole, before the node counts as failed
  std::chrono::seconds lease{60};
  std::chrono::milliseconds retry_first{2'000};  // between attempts
  std::chrono::milliseconds retry_most{300'000};
  std::chrono::seconds late_after{kLateAfter};  // without a further finished step: people are told
  std::vector<Step> steps;
  std::shared_ptr<const Descriptions> agents = Descriptions::built_in();  // that they may call

  std::size_t index_of(std::string_view step) const;  // steps.size() when there is none
  // Of the steps that are done together with that one, it and those behind it: the place after the last.
  std::size_t end_of_group(std::size_t at) const;
  // It begins with `do: leave`: of a node that is to go.
  bool leaves() const { return !steps.empty() && steps.front().kind == Kind::leave; }
  // Among its steps, or those that are done because one failed.
  bool has(Kind kind) const;
  // That choose one, and that are named of the chosen one; each once.
  std::vector<std::string> facts_of_masters() const;
};

}  // namespace muster::workflow
