// A fact that nobody seems to have may be mistyped.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/client/fleet.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::cli {

inline constexpr std::size_t kMembersReadMax = 1'000;  // enough of them show what facts there are

// "no node shows a fact 'contry'; did you mean 'country'?" of the first fact of `filter` that none of `members` shows and
// whose name is near to one that they do; else "". Presence shows few facts, so one that is near to none is no mistake.
std::string mistyped_fact(const filter::Filter& filter,
                          const std::vector<client::MemberPtr>& members);

}  // namespace muster::cli
