#include "orchestrator/client/root_reach.hpp"

#include <algorithm>
#include <set>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/records.hpp"

namespace muster::client {
namespace {

RootReach reach_of(const x509::Certificate& root, const std::vector<MemberPtr>& members) {
  const auto mark = x509::sha256(root.der()).substr(0, security::kRootMarkBytes);
  RootReach reach;
  for (const auto& member : members) {
    const bool has =
        std::find(member->roots.begin(), member->roots.end(), mark) != member->roots.end();
    (has ? reach.have : reach.lack).push_back(member->identity);
  }
  return reach;
}

std::vector<std::string> away_of(const std::vector<Record>& records,
                                 const std::vector<MemberPtr>& members) {
  std::set<std::string> online;
  for (const auto& member : members) online.insert(member->identity);
  std::vector<std::string> away;
  for (const auto& record : records)
    if (record.state == "finished" && !online.contains(record.identity))
      away.push_back(record.identity);
  return away;
}

}  // namespace

Result<std::vector<RootReach>> root_reach(Link& link, const std::vector<x509::Certificate>& roots) {
  MUSTER_TRY(link.wait_trust());
  MUSTER_ASSIGN(const auto fleet, Fleet::watch(link));
  MUSTER_ASSIGN(const auto records, Records::watch(link));
  MUSTER_TRY(fleet->wait_complete(kRootReachPatience));
  MUSTER_TRY(records->wait_complete(kRootReachPatience));
  const auto members = fleet->members();
  const auto away = away_of(records->all(), members);
  std::vector<RootReach> reaches;
  for (const auto& root : roots) {
    reaches.push_back(reach_of(root, members));
    reaches.back().away = away;
  }
  return reaches;
}

}  // namespace muster::client
