#include "orchestrator/provision/late_nodes.hpp"

#include <algorithm>

#include "orchestrator/client/record_age.hpp"
#include "orchestrator/provision/news.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

// As long as it may take when all goes well.
milliseconds time_of(const workflow::Step& step) {
  if (step.kind != workflow::Kind::wait) return step.timeout;
  const auto seconds = step.arguments.find("seconds");
  const bool is_time = seconds != step.arguments.end() && seconds->is_number_integer();
  return is_time ? std::chrono::seconds(seconds->get<std::int64_t>()) : step.timeout;
}

// Of what runs at once, the longest counts; before a line says so, the step that is named.
milliseconds time_of_running(const workflow::Workflow& workflow, const client::Record& record) {
  std::vector<std::string> running;
  for (const auto& line : record.steps)
    if (line.state == "running") running.push_back(line.name);
  if (running.empty()) running.push_back(record.step);
  milliseconds longest{0};
  for (const auto& name : running)
    if (const auto at = workflow.index_of(name); at < workflow.steps.size())
      longest = std::max(longest, time_of(workflow.steps[at]));
  return longest;
}

// People were asked, and told until when: until then nobody is late.
std::int64_t asked_until_ms(const client::Record& record) {
  std::int64_t until_ms = 0;
  for (const auto& wait : record.waits)
    if (!wait.group.empty() && wait.by.empty()) until_ms = std::max(until_ms, wait.until_ms);
  return until_ms;
}

// A departure, in an attempt or between two. Of one that stays half-way people are told that.
bool is_leaving(const client::Record& record) {
  return record.state == client::kLeaving && !stays_half_way(record);
}

}  // namespace

milliseconds late_after(const workflow::Rules& rules, const client::Record& record) {
  const auto its = rules.find(record.workflow_hash);
  if (!its && record.state == client::kLeaving) return workflow::kLateAfter;
  const auto& workflow = its ? *its : rules.last();
  const milliseconds idle = workflow.late_after;
  return record.state == "running" ? idle + time_of_running(workflow, record) : idle;
}

std::int64_t late_from_ms(const workflow::Rules& rules, const client::Record& record) {
  if (record.state != "running" && record.state != "waiting" && !is_leaving(record)) return 0;
  const bool waits_for_a_person = record.claim && record.run_id.empty();
  if (waits_for_a_person) return 0;
  const auto since_ms = std::max(client::no_step_since_ms(record), asked_until_ms(record));
  return since_ms + late_after(rules, record).count();
}

void LateNodes::heard(const client::Record& record) {
  const auto from_ms = late_from_ms(rules_, record);
  if (from_ms > 0)
    look_at(record.identity, from_ms);
  else
    forget(record.identity);
}

void LateNodes::look_at(const std::string& identity, std::int64_t at_ms) {
  forget(identity);
  times_.emplace(identity, at_ms);
  in_order_.emplace(at_ms, identity);
}

void LateNodes::forget(const std::string& identity) {
  const auto known = times_.find(identity);
  if (known == times_.end()) return;
  in_order_.erase({known->second, identity});
  times_.erase(known);
}

std::vector<std::string> LateNodes::take(std::int64_t now_ms) {
  std::vector<std::string> late;
  while (!in_order_.empty() && in_order_.begin()->first <= now_ms) {
    late.push_back(in_order_.begin()->second);
    forget(late.back());
  }
  return late;
}

}  // namespace muster::provision
