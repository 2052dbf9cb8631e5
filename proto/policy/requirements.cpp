#include "proto/policy/requirements.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

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

std::string Requirements::missing(const Scope& scope, const Caller& caller,
                                  const Groups& groups) const {
  if (filter && !scope.filtered) return "it needs a filter or named nodes";
  if (max_nodes > 0 && !scope.confirmed) {
    const auto most = static_cast<std::size_t>(max_nodes);
    if (scope.targets == 0)
      return fmt::format("it is for all nodes that match, and more than {} need --yes", max_nodes);
    if (scope.targets > most)
      return fmt::format("it names {} nodes, and more than {} need --yes", scope.targets,
                         max_nodes);
  }
  if (approvals == 0) return "";
  std::set<std::string_view> counted;
  for (const auto& one : scope.approved_by)
    if (one != caller.id && groups.holds(group, {one, security::Role::operator_}))
      counted.insert(one);
  if (counted.size() >= static_cast<std::size_t>(approvals)) return "";
  return fmt::format("it needs approval of {} of {}, and has {}", approvals, group, counted.size());
}

}  // namespace muster::policy
