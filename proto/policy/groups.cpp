#include "proto/policy/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/policy/lines.hpp"

namespace muster::policy {
namespace {

struct RoleGroup {
  std::string_view name;
  security::Role role;
  bool lease = false;  // and holds the lease of this node
};
constexpr std::array kRoleGroups{RoleGroup{"operators", security::Role::operator_},
                                 RoleGroup{"orchestrators", security::Role::orchestrator},
                                 RoleGroup{"lease", security::Role::orchestrator, true}};

// What the policies that come with Muster call those who may change things. Nobody, unless the file
// says who.
constexpr std::string_view kAdmins = "admins";

const RoleGroup* role_group(std::string_view name) {
  const auto* found = std::find_if(kRoleGroups.begin(), kRoleGroups.end(),
                                   [&](const RoleGroup& b) { return b.name == name; });
  return found == kRoleGroups.end() ? nullptr : found;
}

}  // namespace

Status check_caller_id(std::string_view id) {
  constexpr std::string_view kKind = "cert=";
  if (!id.starts_with(kKind))
    return fail(Errc::config, fmt::format("{} is no caller: write cert=NAME, NAME as in the "
                                          "operator's certificate",
                                          base::quoted(id)));
  return base::check_caller(id.substr(kKind.size()));
}

Result<Groups> Groups::parse(std::string_view text, std::string_view file) {
  Groups out;
  MUSTER_TRY(each_line(text, file,
                       [&](int, std::string_view line) { return out.add(split(line, " \t")); }));
  return out;
}

std::vector<std::string> Groups::problems(std::string_view text, std::string_view file) {
  Groups out;
  std::vector<std::string> found;
  const auto all = each_line(text, file, [&](int number, std::string_view line) -> Status {
    if (auto added = out.add(split(line, " \t")); !added)
      found.push_back(fmt::format("{}:{}: {}", file, number, added.error().message));
    return {};
  });
  if (!all) found.push_back(all.error().message);
  return found;
}

Status Groups::add(const std::vector<std::string>& words) {
  const auto& name = words.front();
  MUSTER_TRY(base::check_word("group", name));
  if (role_group(name))
    return fail(Errc::config,
                fmt::format("group '{}' is built in: certificates tell who is in it", name));
  if (words.size() == 1) return fail(Errc::config, fmt::format("group '{}' has no callers", name));
  const auto [group, is_new] = groups_.try_emplace(name);
  if (!is_new) return fail(Errc::config, fmt::format("group '{}' stands twice", name));
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    MUSTER_TRY(check_caller_id(*word));
    group->second.insert(*word);
  }
  return {};
}

Groups Groups::unreadable(std::string why) {
  Groups out;
  out.why_unreadable_ = std::move(why);
  return out;
}

std::vector<std::string> Groups::names() const {
  std::vector<std::string> out;
  for (const auto& group : kRoleGroups) out.emplace_back(group.name);
  for (const auto& [name, unused] : groups_) out.push_back(name);
  return out;
}

Status Groups::check_name(std::string_view group) const {
  if (role_group(group) || groups_.contains(group)) return {};
  if (!why_unreadable_.empty())
    return fail(Errc::config,
                fmt::format("group {} is not known, because the groups file was refused: {}",
                            base::quoted(group), why_unreadable_));
  if (group == kAdmins) return {};
  return fail(Errc::config, fmt::format("{} is neither cert=NAME nor a group{}",
                                        base::quoted(group), base::hint_for(group, names())));
}

bool Groups::holds(std::string_view group, const Caller& caller) const {
  if (const auto* known = role_group(group))
    return caller.role == known->role && (caller.lease || !known->lease);
  const auto found = groups_.find(group);
  return found != groups_.end() && found->second.contains(caller.id);
}

}  // namespace muster::policy
