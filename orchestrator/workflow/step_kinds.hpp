// The kinds of steps, and what each needs: the one place that knows. Who runs a step asks here, never by the name of an
// agent or action; which calls carry the lease's fence, their descriptions say (Descriptions::takes).
#pragma once

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

namespace muster::workflow {

enum class Kind {
  claim,               // lease and fencing number from the node
  leave,               // instead: the node is to go, whether it answers or not
  pick_master,         // by facts, then load
  choose,              // nodes of the collective, by a filter and facts
  call,                // an action on the node, its master, all masters, or others
  clean_certificates,  // of the node's name, on every master
  enter_collective,    // the node reconnects with its certificate; waits for its presence
  puppet_run,          // a Puppet run on the node, as a job
  reboot,              // the node starts anew; done when it is in another boot
  program,             // of the site, run by the orchestrator
  notify,              // every target, through the outbox
  wait,                // for a time, a node, an event or an approval
  ban,                 // nobody listens to the node any more
  workflow,            // another one, whose steps stand in its place once it is read
  parallel             // several at once, which stand in its place
};

// On what a step works.
enum class Scope {
  node,
  master,        // the node's own: one was chosen before
  all_masters,   // those that can be asked
  others,        // members that a filter finds or an earlier step names
  orchestrator,  // nothing outside it
  people
};

struct StepKind {
  Kind kind;
  std::string_view word;      // behind `do:`; of a call, and of several at once, its own key
  Scope scope;                // of a call, unless its key `on` says another
  bool gives_master = false;  // what comes later has one
  bool leaves_debt = false;  // a master that cannot be asked now owes it, on disk, until it is back
  bool compensates = false;  // may be done because another step failed
  bool node_is_away = false;  // meanwhile, perhaps for longer than its lease
  bool is_tried = true;       // when it is wanted, and perhaps once more: it has the keys for that
  // May stand in a workflow that begins with `leave`: it needs neither a lease nor a master.
  bool in_leaving = false;
  bool beside = false;  // may be done beside others
  bool is_block =
      false;  // holds steps, which are tried each by itself: it has `when` and `on_failure`
  std::chrono::seconds timeout{20};                // of one try, unless its key says another
  std::span<const std::string_view> keys = {};     // beside those that each step has
  std::span<const std::string_view> outputs = {};  // that its outcome has always
};

const StepKind& kind_of(Kind kind);
// Null: there is none.
const StepKind* kind_by_word(std::string_view word);
// All of them, in the order of Kind.
std::span<const StepKind> step_kinds();
// Of those that stand behind `do:`.
std::vector<std::string_view> words_of_kinds();

}  // namespace muster::workflow
