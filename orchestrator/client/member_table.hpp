// The members that are known, by name, by what they have, and by when they are believed no more.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "orchestrator/client/member_index.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

// What a presence costs grows with it, and with the logarithm of the fleet. Not thread-safe; reads no clock: `now` is the
// caller's, by the clock of Member::believed_until.
class MemberTable {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  MemberTable(std::size_t members_max, Indexed indexed)
      : members_max_(members_max), indexed_(indexed == Indexed::yes) {}

  // With an index, by Member::keys. Nothing when a newer one of that session is known. One who was believed no more comes anew. Errc::limit.
  Result<std::optional<MemberChange>> put(MemberPtr member, TimePoint now);
  // Nothing when it is not known.
  std::optional<MemberChange> remove(const std::string& identity);

  // Null: not known, or believed no more.
  MemberPtr find(const std::string& identity, TimePoint now) const;
  std::vector<MemberPtr> members(TimePoint now) const;  // sorted by identity, as the next
  // With an index, looks at those alone that it leaves.
  std::vector<MemberPtr> matching(const filter::Filter& filter, TimePoint now) const;
  // As Fleet::having().
  std::vector<std::string> having(const filter::Lookup& lookup) const;
  std::size_t size(TimePoint now) const;
  // Those that are believed no more and still known.
  std::vector<std::string> silent(TimePoint now) const;
  std::vector<std::string> names_if(const std::function<bool(const std::string&)>& yes) const;

 private:
  void place(const std::string& name, const Member* before, const Member& after);

  const std::size_t members_max_;
  const bool indexed_;
  std::map<std::string, MemberPtr, std::less<>> by_name_;
  MemberIndex index_;  // its names are keys of by_name_, as the next
  std::set<std::pair<TimePoint, std::string_view>> until_;
};

}  // namespace muster::client
