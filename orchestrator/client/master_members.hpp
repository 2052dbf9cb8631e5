// Whom a Puppet master's CA still names, and what would have to become of each before the master can go. Judged by presence,
// records and bans alone, so that orchestrators and command lines see the same. docs/adr/0100-a-master-is-retired.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "orchestrator/client/records.hpp"

namespace muster::client {

// A node that has been provisioned with the master for longer is shown as late, and nobody else waits for it.
inline constexpr std::chrono::minutes kUnderWayMost{10};

struct UnderWay {
  std::string identity;
  std::int64_t since_ms = 0;  // Unix time
  bool late = false;          // for longer than kUnderWayMost
};

// Stays for now.
struct LeftMember {
  std::string identity;
  std::string why;  // "it is not online: …", with what would help
};

// Each sorted by identity; a node is in one of them.
struct MembersOfMaster {
  std::vector<std::string> movable;  // finished, online, and known again by its join key
  std::vector<UnderWay> under_way;
  std::vector<LeftMember> left;

  bool nobody() const { return movable.empty() && under_way.empty() && left.empty(); }
  std::size_t size() const { return movable.size() + under_way.size() + left.size(); }
};

struct MasterSeen {
  std::string master;
  std::string ca;  // its identity: Endorsements::identity_of()
  // Of any certificate of a CA, that CA's identity: a CA that was renewed is the same one.
  std::function<std::string(const std::string& ca_fingerprint)> identity_of;
  std::function<bool(const std::string& node)> is_banned;
};

// Of nodes online, the certificate that they show decides, of others their record's ca_fingerprint. The master itself does not
// count. A node that is away and has no record is known to nobody.
MembersOfMaster members_of_master(const MasterSeen& seen, const std::vector<MemberPtr>& members,
                                  const std::vector<Record>& records, std::int64_t now_ms);

}  // namespace muster::client
