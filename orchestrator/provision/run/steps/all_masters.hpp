// One question to every master.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// What each of the masters said, by name.
struct MastersSaid {
  std::map<std::string, Value> done;
  std::map<std::string, std::string>
      left_out;  // who did not do it, and why; a reason that is empty: it is down

  // Whose CA may issue the node's name, and the node's own master: what the others say of the name decides nothing.
  std::set<std::string> issuers;

  // Whom it leaves out, each with its reason where there is one; empty: nobody.
  std::string left_out_text() const;
};

// Of the node's own master, once that is chosen, the answer counts: its error is the question's. Another one that is down, ill,
// silent or refuses is left out: it is nothing to this node. One that is the node itself is not asked. Errc::unavailable:
// we are cut off; else, when nobody at all did it, the error of one of them.
loop::Task<Result<MastersSaid>> ask_all_masters(RunState& run, Question question);

}  // namespace muster::provision
