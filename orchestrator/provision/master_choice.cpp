#include "orchestrator/provision/master_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/admission/master_load.hpp"
#include "proto/filter/find_fact.hpp"
#include "proto/security/glob.hpp"

namespace muster::provision {
namespace {

std::string text_of(const Value& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string why_not(const MasterCandidate& candidate, const Exclusions& excluded) {
  if (!candidate.retired_by.empty()) return "is retired by " + candidate.retired_by;
  const auto tried = excluded.find(candidate.identity);
  return tried != excluded.end() ? tried->second : candidate.ill_because;
}

std::string why_none(const std::vector<MasterCandidate>& candidates, const Exclusions& excluded) {
  if (candidates.empty())
    return "no Puppet master is online (a master is whom an endorsement names; see 'muster trust "
           "list')";
  std::string text = "no Puppet master can be used:";
  for (const auto& candidate : candidates) {
    text += fmt::format(" {} ({});", candidate.identity, why_not(candidate, excluded));
  }
  text.pop_back();
  return text;
}

// Of the facts that decided nothing: empty, or behind a "; ".
std::string why_undecided(const Value& node, const std::vector<MasterCandidate>& candidates,
                          const std::vector<std::string>& priority) {
  std::string out;
  if (const auto none = facts_of_none(candidates, priority); !none.empty())
    out += fmt::format("; no master has {}", fmt::join(none, ", "));
  std::vector<std::string> lacking;
  for (const auto& fact : priority)
    if (filter::find_fact(node, fact) == nullptr) lacking.push_back(fact);
  if (!lacking.empty()) out += fmt::format("; the node has no {}", fmt::join(lacking, ", "));
  return out;
}

}  // namespace

bool shares_fact(const Value& one, const Value& other, const std::string& fact) {
  const auto* wanted = filter::find_fact(one, fact);
  const auto* offered = filter::find_fact(other, fact);
  return wanted != nullptr && offered != nullptr && text_of(*wanted) == text_of(*offered);
}

bool MasterCandidate::may_issue(std::string_view name) const {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const auto& pattern) { return security::glob_match(pattern, name); });
}

std::vector<std::string> facts_of_none(const std::vector<MasterCandidate>& candidates,
                                       const std::vector<std::string>& facts) {
  std::vector<std::string> none;
  for (const auto& fact : facts)
    if (std::none_of(candidates.begin(), candidates.end(), [&](const MasterCandidate& candidate) {
          return filter::find_fact(candidate.facts, fact) != nullptr;
        }))
      none.push_back(fact);
  return none;
}

Result<Choice> choose_master(const Value& node_facts,
                             const std::vector<MasterCandidate>& candidates,
                             const std::vector<std::string>& priority,
                             workflow::Otherwise otherwise, const Exclusions& excluded) {
  std::vector<const MasterCandidate*> left;
  for (const auto& candidate : candidates)
    if (candidate.healthy && candidate.retired_by.empty() &&
        excluded.count(candidate.identity) == 0)
      left.push_back(&candidate);
  if (left.empty()) return fail(Errc::unavailable, why_none(candidates, excluded));

  std::string because;
  for (const auto& fact : priority) {
    std::vector<const MasterCandidate*> near;
    std::copy_if(left.begin(), left.end(), std::back_inserter(near), [&](const auto* candidate) {
      return shares_fact(node_facts, candidate->facts, fact);
    });
    if (near.empty()) continue;
    left = std::move(near);
    const auto value = text_of(*filter::find_fact(node_facts, fact));
    because += fmt::format("{}{}={}", because.empty() ? "" : ", ", fact, value);
  }
  const auto undecided =
      because.empty() ? why_undecided(node_facts, candidates, priority) : std::string();
  if (because.empty() && !priority.empty() && otherwise == workflow::Otherwise::fail)
    return fail(
        Errc::not_found,
        fmt::format("no master shares any of the facts {} with the node{}; the workflow says "
                    "'otherwise: fail'",
                    fmt::join(priority, ", "), undecided));
  std::vector<admission::MasterLoad> loads;
  for (const auto* candidate : left)
    loads.push_back({candidate->identity, candidate->in_flight, candidate->given, candidate->load});
  const auto* best = left[admission::least_loaded(loads)];
  if (left.size() > 1)
    because += fmt::format("{}least loaded of {}", because.empty() ? "" : ", ", left.size());
  if (because.empty()) because = "the only one";
  return Choice{best->identity, because + undecided};
}

}  // namespace muster::provision
