#include "tests/sim/operator/sim_operator.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace muster::sim {
namespace {

constexpr std::array kWays{Way::ping, Way::to_all, Way::by_name, Way::in_batches};

}  // namespace

std::string_view name_of(Way way) {
  switch (way) {
    case Way::ping:
      return "ping";
    case Way::to_all:
      return "to all";
    case Way::by_name:
      return "by name";
    case Way::in_batches:
      return "in batches";
  }
  return "unknown";
}

SimOperator::SimOperator(Surroundings& around, const Site& site, std::string name, Holder holder,
                         std::vector<x509::Certificate> cas)
    : around_(around),
      site_(site),
      name_(std::move(name)),
      holder_(std::move(holder)),
      cas_(std::move(cas)),
      next_(around.loop) {}

SimOperator::~SimOperator() = default;

void SimOperator::give(Way way, std::chrono::milliseconds timeout,
                       std::function<void(const CommandStory&)> then) {
  then_ = std::move(then);
  command_ = std::make_unique<OperatorCommand>(around_, site_, name_, holder_, cas_);
  command_->plug(cable_);
  running_ = command_->run(way, timeout);
  running_.start([this] { around_.loop.post([this] { ended(); }); });
}

// In a turn of its own: the program that ends must not be at work.
void SimOperator::ended() {
  stories_.push_back(running_.take());
  running_ = {};
  command_.reset();
  const auto& story = stories_.back();
  around_.trace.line(name_,
                     fmt::format("is done with a call {}: {} discovered, {} results{}{}",
                                 name_of(story.way), story.discovered.size(), story.results.size(),
                                 story.gave_up.empty() ? "" : "; ", story.gave_up));
  if (const auto then = std::exchange(then_, {})) then(story);
}

void SimOperator::work(std::chrono::milliseconds pause, std::chrono::milliseconds timeout) {
  working_ = true;
  work_on(0, pause, timeout);
}

void SimOperator::work_on(std::size_t number, std::chrono::milliseconds pause,
                          std::chrono::milliseconds timeout) {
  next_.set(pause, [this, number, pause, timeout] {
    if (!working_) return;
    give(kWays[number % kWays.size()], timeout,
         [this, number, pause, timeout](const auto&) { work_on(number + 1, pause, timeout); });
  });
}

void SimOperator::plug(const Cable& cable) {
  cable_ = cable;
  if (command_) command_->plug(cable);
}

}  // namespace muster::sim
