// A workflow: what is done to a new node, step by step, as it stands in its file. docs/WORKFLOWS.md is the reference.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/workflow/condition.hpp"
#include "orchestrator/workflow/descriptions.hpp"
#include "orchestrator/workflow/selection.hpp"
#include "orchestrator/workflow/step_kinds.hpp"
#include "proto/base/value.hpp"

namespace muster::workflow {

inline constexpr std::size_t kStepsMax = 64;
inline constexpr std::size_t kCompensationMax = 8;  // steps of one
inline constexpr std::int64_t kTriesMax = 100;
inline constexpr std::int64_t kAttemptsMax = 1000;

enum class OnFailure {
  retry,         // the attempt ends; the node is tried again later from its last finished step
  other_master,  // back to pick-master without this master
  skip,          // the run goes on without the step
  compensate,    // as retry, after other steps
  fail           // the node waits as failed until a person looks
};
enum class Otherwise { any, fail };  // no master shares any of the facts

struct Step {
  std::string name;
  Kind kind = Kind::call;
  Scope scope = Scope::node;
  Condition when;
  std::string agent;  // of a call
  std::string action;
  Value arguments;                   // a map; texts may hold templates, ${name}
  std::vector<std::string> names;    // that stand in them
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
  std::vector<Step> compensation;  // what is done when it has failed, each time
};

// Names of what its outcome holds, for later steps. Of a call by the description of its action.
std::vector<std::string> outputs_of(const Step& step, const Descriptions& agents);
// All that its templates and its condition read, and those of its compensation.
std::vector<std::string> names_read_by(const Step& step);

struct Workflow {
  std::string name;
  std::string text;            // as it stands in its file
  std::string hash;            // hex SHA-256 of that
  std::uint32_t attempts = 5;  // of the whole, before the node counts as failed
  std::chrono::seconds lease{60};
  std::chrono::milliseconds retry_first{2'000};  // between attempts
  std::chrono::milliseconds retry_most{300'000};
  std::vector<Step> steps;
  std::shared_ptr<const Descriptions> agents = Descriptions::built_in();  // that they may call

  std::size_t index_of(std::string_view step) const;  // steps.size() when there is none
  // Among its steps, or those that are done because one failed.
  bool has(Kind kind) const;
  // That choose one, and that are named of the chosen one; each once.
  std::vector<std::string> facts_of_masters() const;
};

}  // namespace muster::workflow
