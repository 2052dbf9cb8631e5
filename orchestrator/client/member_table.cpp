#include "orchestrator/client/member_table.hpp"

#include <fmt/format.h>

#include "proto/filter/subject.hpp"

namespace muster::client {
namespace {

bool believed(const Member& member, MemberTable::TimePoint now) {
  return now < member.believed_until;
}

}  // namespace

Result<std::optional<MemberChange>> MemberTable::put(MemberPtr member, TimePoint now) {
  auto at = by_name_.find(member->identity);
  if (at == by_name_.end()) {
    if (by_name_.size() >= members_max_)
      return fail(Errc::limit, fmt::format("{}: {} nodes are known, which is the limit",
                                           member->identity, members_max_));
    at = by_name_.emplace(member->identity, nullptr).first;
  }
  auto before = at->second;
  // One that was recorded and is sent again later replaces nothing.
  if (before && before->session == member->session && before->sent_at_ms > member->sent_at_ms)
    return std::optional<MemberChange>();
  place(at->first, before.get(), *member);
  at->second = member;
  if (before && !believed(*before, now)) before.reset();
  return std::optional(change_between(std::move(before), std::move(member)));
}

void MemberTable::place(const std::string& name, const Member* before, const Member& after) {
  if (before != nullptr) until_.erase({before->believed_until, name});
  until_.emplace(after.believed_until, name);
  if (!indexed_ || (before != nullptr && before->keys == after.keys)) return;
  if (before != nullptr) index_.remove(name, *before);
  index_.add(name, after);
}

std::optional<MemberChange> MemberTable::remove(const std::string& identity) {
  const auto at = by_name_.find(identity);
  if (at == by_name_.end()) return std::nullopt;
  const auto before = at->second;
  until_.erase({before->believed_until, at->first});
  if (indexed_) index_.remove(at->first, *before);
  by_name_.erase(at);
  return change_between(before, nullptr);
}

MemberPtr MemberTable::find(const std::string& identity, TimePoint now) const {
  const auto at = by_name_.find(identity);
  return at == by_name_.end() || !believed(*at->second, now) ? nullptr : at->second;
}

std::vector<MemberPtr> MemberTable::members(TimePoint now) const {
  std::vector<MemberPtr> members;
  members.reserve(by_name_.size());
  for (const auto& [name, member] : by_name_)
    if (believed(*member, now)) members.push_back(member);
  return members;
}

std::vector<MemberPtr> MemberTable::matching(const filter::Filter& filter, TimePoint now) const {
  std::vector<MemberPtr> matching;
  const auto judge = [&](const MemberPtr& member) {
    if (believed(*member, now) && filter.matches({.identity = member->identity,
                                                  .facts = &member->facts,
                                                  .classes = &member->classes,
                                                  .agents = &member->agents}))
      matching.push_back(member);
  };
  std::vector<std::string_view> names;
  if (indexed_ && index_.narrow(filter, names))
    for (const auto name : names) judge(by_name_.find(name)->second);
  else
    for (const auto& [name, member] : by_name_) judge(member);
  return matching;
}

std::vector<std::string> MemberTable::having(const filter::Lookup& lookup) const {
  const auto names = index_.names_of(lookup);
  return {names.begin(), names.end()};
}

std::size_t MemberTable::size(TimePoint now) const {
  auto size = by_name_.size();
  for (const auto& [until, name] : until_) {
    if (until > now) break;
    --size;
  }
  return size;
}

std::vector<std::string> MemberTable::silent(TimePoint now) const {
  std::vector<std::string> names;
  for (const auto& [until, name] : until_) {
    if (until > now) break;
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> MemberTable::names_if(
    const std::function<bool(const std::string&)>& yes) const {
  std::vector<std::string> names;
  for (const auto& [name, member] : by_name_)
    if (yes(name)) names.push_back(name);
  return names;
}

}  // namespace muster::client
