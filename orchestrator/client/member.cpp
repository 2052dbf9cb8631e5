#include "orchestrator/client/member.hpp"

#include <algorithm>
#include <tuple>

namespace muster::client {
namespace {

// What is told apart by MemberChange::other. The time of a presence is no change.
auto others_of(const Member& member) {
  return std::tie(member.version, member.collectives, member.classes, member.left_out_classes,
                  member.started_at_ms, member.session, member.address, member.roots);
}

}  // namespace

bool Member::runs(std::string_view agent) const {
  return std::find(agents.begin(), agents.end(), agent) != agents.end();
}

bool MemberChange::concerns(std::string_view agent) const {
  return (before && before->runs(agent)) || (after && after->runs(agent));
}

MemberChange change_between(MemberPtr before, MemberPtr after) {
  MemberChange change;
  change.identity = after ? after->identity : before->identity;
  if (before && after) {
    change.facts = before->facts != after->facts;
    change.agents =
        before->agents != after->agents || before->left_out_agents != after->left_out_agents;
    change.certificate = before->certificate_fingerprint != after->certificate_fingerprint ||
                         before->ca_fingerprint != after->ca_fingerprint;
    change.other = others_of(*before) != others_of(*after);
  }
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

}  // namespace muster::client
