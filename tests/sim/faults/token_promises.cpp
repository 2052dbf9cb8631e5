#include "tests/sim/faults/token_promises.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/provision/live/ledger_messages.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {
namespace {

namespace topics = transport::topics;

// Of a use's topic: muster/v1/<collective>/trust/use/<token>/<identity>/<subject>.
constexpr std::size_t kNameLevel = 6;

// What is only claimed, or withdrawn, lets nobody in; on disks are grants alone.
bool is_granted(const Morning& morning, const std::string& topic) {
  const auto payload = morning.around.broker.retained(topic);
  const auto believed = commanding(morning.around, morning.site);
  const auto use = provision::read_token_use({.topic = topic, .payload = payload.value_or("")},
                                             morning.site.collective, *believed);
  return use && use->body.stage == messages::UseStage::granted;
}

// What an orchestrator could not write down because its disk was full it writes with the next look around once there is room; when
// it goes down before that, only the broker and those who heard it know of it.
constexpr std::chrono::milliseconds kWrittenAgainWithin{15'000};

bool goes_down(const Fault& fault, std::size_t orchestrator) {
  switch (fault.kind) {
    case FaultKind::all_go_down:
      return true;
    case FaultKind::orchestrator_killed:
    case FaultKind::orchestrator_crashes:
    case FaultKind::orchestrator_power_fails:
    case FaultKind::orchestrator_leaves:
      return fault.whom == orchestrator;
    default:
      return false;
  }
}

bool went_down_with_a_full_disk(const Morning& morning) {
  const auto& plan = morning.plan;
  return std::any_of(plan.begin(), plan.end(), [&](const Fault& full) {
    if (full.kind != FaultKind::disk_full || full.whom < morning.machines.size()) return false;
    const auto orchestrator = full.whom - morning.machines.size();
    return std::any_of(plan.begin(), plan.end(), [&](const Fault& down) {
      return goes_down(down, orchestrator) && down.at + down.lasts > full.at &&
             down.at < full.at + full.lasts + kWrittenAgainWithin;
    });
  });
}

// A machine is let in once somebody is given its lease.
std::set<std::string> names_let_in(const Morning& morning) {
  std::set<std::string> names;
  for (const auto& machine : morning.machines)
    if (machine->witness().saw_a_lease()) names.insert(machine->name());
  return names;
}

}  // namespace

std::set<std::string> names_of_uses(const Morning& morning) {
  const auto filter =
      topics::token_use(morning.site.collective, morning.site.token.claims.id, "+", "+");
  std::set<std::string> names;
  const auto count = [&](const std::string& topic) {
    if (transport::topic_matches(filter, topic))
      names.emplace(topics::level(topic, kNameLevel).value_or(""));
  };
  for (const auto& topic : morning.around.broker.retained_topics(filter))
    if (is_granted(morning, topic)) count(topic);
  for (const auto& orchestrator : morning.orchestrators) {
    const auto& ledger = orchestrator->disk().ledger;
    for (const auto& [topic, message] : ledger) count(topic);
  }
  return names;
}

bool is_left_out(const Morning& morning, const Machine& node) {
  const auto uses = morning.site.token.claims.uses;
  if (uses == 0 || node.witness().saw_a_lease()) return false;
  const auto record = record_of(morning, node.name());
  return record && record->state == "refused" && names_of_uses(morning).size() >= uses;
}

std::vector<std::string> broken_token_promises(const Morning& morning) {
  std::vector<std::string> broken;
  const auto uses = morning.has_forgotten ? 0 : morning.site.token.claims.uses;
  const auto used = names_of_uses(morning);
  const auto inside = names_let_in(morning);
  if (uses > 0 && used.size() > uses)
    broken.push_back(fmt::format("a token of {} uses is used for {} names: {}", uses, used.size(),
                                 fmt::join(used, ", ")));
  if (uses > 0 && inside.size() > uses)
    broken.push_back(fmt::format("a token of {} uses let {} machines in: {}", uses, inside.size(),
                                 fmt::join(inside, ", ")));
  const bool nobody_may_know = morning.has_forgotten && went_down_with_a_full_disk(morning);
  for (const auto& name : inside)
    if (!used.contains(name) && !nobody_may_know)
      broken.push_back(name + " was let in, and no use of the token is counted for it");
  return broken;
}

}  // namespace muster::sim
