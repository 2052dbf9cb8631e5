#include "proto/policy/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "proto/base/names.hpp"
#include "proto/policy/lines.hpp"

namespace muster::policy {
namespace {

Result<std::int64_t> number_of(std::string_view key, std::string_view word, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (problem == std::errc() && end == word.data() + word.size() && number > 0 && number <= most)
    return number;
  return fail(Errc::config,
              fmt::format("{}: {} is no number from 1 to {}", key, base::quoted(word), most));
}

}  // namespace

std::string too_many_nodes(std::size_t named, std::int64_t most) {
  return fmt::format("it names {} nodes, and more than {} need --yes", named, most);
}

Status Requirements::read_filter(std::string_view text) {
  if (split(text, " ") != std::vector<std::string>{"yes"})
    return fail(Errc::config, "write require_filter: yes");
  filter = true;
  return {};
}

Status Requirements::read_max_nodes(std::string_view text) {
  const auto words = split(text, " ");
  MUSTER_ASSIGN(
      max_nodes,
      number_of("max_nodes", words.size() == 1 ? words.front() : std::string(text), kMaxNodesMax));
  return {};
}

Status Requirements::read_approve(std::string_view text, const Groups& groups) {
  const auto words = split(text, " ");
  if (words.size() != 3 || words[1] != "of")
    return fail(Errc::config, "write approve: N of GROUP, as in approve: 2 of admins");
  MUSTER_ASSIGN(approvals, number_of("approve", words[0], kApproversMax));
  MUSTER_TRY(groups.check_name(words[2]));
  group = words[2];
  return {};
}

std::string Requirements::missing_nodes(const Scope& scope) const {
  if (filter && !scope.filtered) return "it needs a filter or named nodes";
  if (filter && scope.targets == 0 && scope.everybody && scope.everybody())
    return "it needs a filter that chooses nodes, and its own matches any";
  if (max_nodes == 0 || scope.confirmed) return "";
  if (scope.targets == 0)
    return fmt::format("it is for all nodes that match, and more than {} need --yes", max_nodes);
  if (scope.targets <= static_cast<std::size_t>(max_nodes)) return "";
  return too_many_nodes(scope.targets, max_nodes);
}

Met Requirements::judge(const Scope& scope, const Caller& caller, const Groups& groups) const {
  Met met;
  met.missing = missing_nodes(scope);
  if (!met.missing.empty() || approvals == 0) return met;
  std::string others;
  for (const auto& one : scope.approved_by) {
    const bool known =
        std::find(met.approved_by.begin(), met.approved_by.end(), one) != met.approved_by.end();
    if (one == caller.id)
      others += "; nobody approves their own request";
    else if (!groups.holds(group, {one, security::Role::operator_}))
      others += fmt::format("; {} is not in {}", one, group);
    else if (!known)
      met.approved_by.push_back(one);
  }
  if (met.approved_by.size() >= static_cast<std::size_t>(approvals)) return met;
  if (!scope.not_approved.empty()) others += "; " + scope.not_approved;
  met.needs_approval = fmt::format("{} of {}", approvals, group);
  met.missing = fmt::format("it needs approval of {}, and has {}{}", met.needs_approval,
                            met.approved_by.size(), others);
  return met;
}

}  // namespace muster::policy
