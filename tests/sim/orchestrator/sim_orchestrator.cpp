#include "tests/sim/orchestrator/sim_orchestrator.hpp"

#include <utility>

namespace muster::sim {
namespace {

constexpr std::chrono::seconds kLeavesWithin{4};  // more than giving a lease back takes

}  // namespace

SimOrchestrator::SimOrchestrator(Surroundings& around, const Site& site, std::string name,
                                 Holder holder, const workflow::Workflow& workflow,
                                 const std::map<std::string, x509::Certificate>& cas,
                                 const OrchestratorOptions& options)
    : around_(around),
      site_(site),
      name_(std::move(name)),
      holder_(std::move(holder)),
      workflow_(workflow),
      cas_(cas),
      options_(options),
      timers_(around.loop) {
  disk_.power_lost = [this] {
    (void)around_.loop.post([this] {
      if (disk_.power == Power::gone) kill();
    });
  };
}

void SimOrchestrator::switch_on() {
  around_.trace.line(name_, "is switched on");
  ++starts_;
  if (disk_.power == Power::gone) disk_.power = Power::on;
  engine_ = std::make_unique<SimEngine>(SimEngine::Parts{around_, site_, name_, holder_, workflow_,
                                                         cas_, options_, disk_, cable_, timers_});
}

void SimOrchestrator::kill() {
  around_.trace.line(name_, "is killed");
  engine_.reset();
  timers_.stop(false);  // it died with the program
  is_stopped_ = is_leaving_ = false;
}

// A program that came since is another.
void SimOrchestrator::leave() {
  around_.trace.line(name_, "leaves");
  is_leaving_ = true;
  engine_->leave();
  around_.loop.after(kLeavesWithin, [this, leaving = starts_] {
    if (is_leaving_ && starts_ == leaving) kill();
  });
}

void SimOrchestrator::crash_after(std::size_t wakings) {
  timers_.after_that_many(wakings, [this] {
    if (engine_) kill();
  });
}

void SimOrchestrator::power_fails(std::optional<Power> when) {
  if (disk_.power != Power::gone) disk_.power = when.value_or(Power::on);
}

void SimOrchestrator::stop(bool is_stopped) {
  if (!engine_) return;
  around_.trace.line(name_, is_stopped ? "is stopped" : "goes on");
  is_stopped_ = is_stopped;
  timers_.stop(is_stopped);
  engine_->stop(is_stopped);
}

void SimOrchestrator::plug(const Cable& cable) {
  cable_ = cable;
  if (engine_) engine_->plug();
}

std::size_t SimOrchestrator::count(std::string_view state) const {
  return engine_ ? engine_->collective().count(state) : 0;
}

}  // namespace muster::sim
