#include "orchestrator/provision/run/step_table.hpp"

#include <algorithm>
#include <array>

#include "orchestrator/provision/run/steps/steps.hpp"

namespace muster::provision {
namespace {

using workflow::Kind;

struct Doer {
  Kind kind;
  loop::Task<Status> (*once)(RunState& run, const workflow::Step& step);
};

// All but the claim, which stands before every other step and is not tried again within a run.
constexpr std::array kDoers{Doer{Kind::pick_master, pick_master},
                            Doer{Kind::choose, choose},
                            Doer{Kind::call, call},
                            Doer{Kind::clean_certificates, clean_certificates},
                            Doer{Kind::enter_collective, enter_collective},
                            Doer{Kind::puppet_run, puppet_run},
                            Doer{Kind::reboot, reboot},
                            Doer{Kind::program, run_program},
                            Doer{Kind::notify, notify_people},
                            Doer{Kind::wait, wait},
                            Doer{Kind::ban, ban}};

loop::Task<Status> nobody_does(workflow::Kind kind) {
  co_return fail(Errc::config,
                 std::string(workflow::kind_of(kind).word) + " is no step of a run that goes on");
}

}  // namespace

loop::Task<Status> do_step(RunState& run, const workflow::Step& step) {
  const auto* doer = std::find_if(kDoers.begin(), kDoers.end(),
                                  [&](const Doer& each) { return each.kind == step.kind; });
  return doer == kDoers.end() ? nobody_does(step.kind) : doer->once(run, step);
}

}  // namespace muster::provision
