#include "orchestrator/provision/run/whose_fault.hpp"

#include <algorithm>
#include <utility>

namespace muster::provision {

loop::Task<Fault> whose_fault(RunState& run, const workflow::Step& step, Error error) {
  if (error.code == Errc::unavailable) co_return Fault::of_nobody;
  if (error.code == Errc::no_answer) co_return Fault::of_master;
  if (!run.place.is_taken() || workflow::kind_of(step.kind).gives_master) co_return Fault::of_node;
  auto asked = run.world.candidates();
  const auto candidates = co_await asked;
  // By its own word: that it did not answer another run excuses nothing that this node did.
  const bool ill = std::any_of(candidates.begin(), candidates.end(), [&](const auto& candidate) {
    return candidate.identity == run.record->master && candidate.is_ill() && !candidate.is_aside;
  });
  co_return ill ? Fault::of_master : Fault::of_node;
}

Error of_a_master(RunState& run, Error error, std::uint64_t cut_off_before) {
  if (error.code != Errc::timeout) return error;
  const bool was_cut_off = run.world.times_cut_off() != cut_off_before;
  return {was_cut_off ? Errc::unavailable : Errc::no_answer, std::move(error.message)};
}

}  // namespace muster::provision
