#include "node-agent/daemon/intake.hpp"

#include <utility>

namespace muster::agent {
namespace {

constexpr const char* kUnnamedSenders = "(the join zone)";

}  // namespace

Intake::Intake(loop::EventLoop& loop, GateStatistics& statistics, audit::AuditLog& audit,
               std::function<void(Entry)> take)
    : loop_(loop),
      statistics_(statistics),
      audit_(audit),
      take_(std::move(take)),
      queue_(kIntakeQueue) {}

void Intake::push(Entry entry) {
  const auto line =
      entry.incoming.sender.empty() ? std::string(kUnnamedSenders) : entry.incoming.sender;
  const auto bytes = entry.incoming.payload.size();
  const auto pushed = queue_.push(line, std::move(entry), bytes);
  if (pushed.lost) drops_.note(*pushed.lost);
  const auto lost = pushed.displaced.size() + (pushed.taken ? 0 : 1);
  statistics_.busy += lost;
  lost_ += lost;
  ask_for_turn();
}

// One task on the loop at a time: what else happens there has its turn between two requests.
void Intake::ask_for_turn() {
  if (!asked_.exchange(true) && !loop_.post([this] { take_turn(); })) asked_ = false;
}

void Intake::take_turn() {
  asked_ = false;
  if (auto entry = queue_.pop_for(std::chrono::milliseconds(0))) take_(std::move(*entry));
  tell_lost();
  if (queue_.size() > 0) ask_for_turn();
}

// Without verifying them nobody knows whom to tell "busy"; the callers see a silent node, log and
// audit say why.
void Intake::tell_lost() {
  for (const std::uint64_t lost = lost_; told_ < lost; ++told_)
    audit_.flood(audit::Verdict::busy, "requests come faster than they can be verified");
  drops_.tell();
}

}  // namespace muster::agent
