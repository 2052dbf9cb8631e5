#include "node-agent/core/work.hpp"

#include <utility>

#include "node-agent/dispatch/reply.hpp"
#include "node-agent/dispatch/run_action.hpp"

namespace muster::agent {

void carry_out(Work& work, RequestGate& gate, const std::string& identity,
               const base::Clock& clock) {
  // By then the caller has given up: what it asked for must not come as a surprise.
  work.late = clock.steady() >= work.deadline;
  if (work.late || !work.advance(Stage::waiting, Stage::begun)) return;
  if (work.admitted.undecided) {
    work.judged = gate.judge(work.admitted, work.deadline,
                             [&work] { return work.advance(Stage::begun, Stage::decided); });
    return;
  }
  auto reply = run_action(work.admitted, work.deadline);
  // Signed here: keys may lie with a program that takes its time.
  work.sealed = seal_reply(work.admitted.request, identity, messages::Outcome::answered, reply,
                           clock.unix_ms(), *work.channel->sealer);
  work.status = reply.status;
  work.message = std::move(reply.message);
}

}  // namespace muster::agent
