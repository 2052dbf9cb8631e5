#include "tests/sim/orchestrator/orchestrator_disk.hpp"

namespace muster::sim {
namespace {

constexpr std::chrono::hours kForEver{24 * 365};

}  // namespace

loop::Task<Status> write_to(OrchestratorDisk& disk, loop::Waits& waits,
                            std::function<void()> change) {
  loop::Wait writing(waits, loop::Wait::Stops::no);
  co_await writing.until(disk.write_takes);
  if (disk.full) co_return fail(Errc::io, "no space left on device");
  const auto power = disk.power;
  if (power == Power::on || power == Power::fails_after_write) change();
  if (power == Power::on) co_return Status{};
  disk.power = Power::gone;
  disk.power_lost();
  loop::Wait dead(waits, loop::Wait::Stops::no);
  co_await dead.until(kForEver);
  co_return fail(Errc::io, "the power is gone");
}

}  // namespace muster::sim
