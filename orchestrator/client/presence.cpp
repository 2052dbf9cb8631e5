#include "orchestrator/client/presence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link_core.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/presence.hpp"
#include "proto/security/known_roots.hpp"

namespace muster::client {
namespace {

std::string minutes(std::int64_t ms) {
  return fmt::format("{:.1f} minutes", static_cast<double>(ms) / 60'000);
}

// For how much longer to believe what a node made at `sent_at_ms`.
Result<std::chrono::milliseconds> believed_for(const std::string& identity, std::int64_t sent_at_ms,
                                               std::int64_t now_ms) {
  constexpr std::int64_t kSkewMs = std::chrono::milliseconds(kPresenceSkewMax).count();
  constexpr std::int64_t kAgeMs = std::chrono::milliseconds(kPresenceMaxAge).count();
  if (sent_at_ms <= 0 || sent_at_ms < now_ms - kAgeMs - kSkewMs)
    return fail(Errc::expired,
                fmt::format("{} showed itself {} ago; it is gone, or its clock is behind ours",
                            base::quoted(identity),
                            minutes(now_ms - std::max<std::int64_t>(sent_at_ms, 0))));
  if (sent_at_ms > now_ms + kSkewMs)
    return fail(Errc::expired,
                fmt::format("{} shows itself {} in the future; check its clock and ours",
                            base::quoted(identity), minutes(sent_at_ms - now_ms)));
  return std::chrono::milliseconds(std::min(sent_at_ms, now_ms) + kAgeMs + kSkewMs - now_ms);
}

}  // namespace

Result<Member> read_presence(LinkCore& link, std::string_view topic, std::string_view payload) {
  MUSTER_ASSIGN(const auto opened, open_from_node(link, topic, payload, envelope::Kind::presence));
  MUSTER_ASSIGN(auto wire, messages::Presence::decode(opened.body));
  if (wire.identity != opened.signer)
    return fail(Errc::refused, fmt::format("{} says it is {}", base::quoted(opened.signer),
                                           base::quoted(wire.identity)));
  MUSTER_ASSIGN(const auto believed,
                believed_for(wire.identity, wire.sent_at_ms, link.clock().unix_ms()));
  Member member;
  member.identity = wire.identity;
  member.version = wire.version;
  member.collectives = std::move(wire.collectives);
  member.agents = std::move(wire.agents);
  member.classes = std::move(wire.classes);
  member.facts = std::move(wire.facts);
  member.left_out_agents = wire.left_out_agents;
  member.left_out_classes = wire.left_out_classes;
  member.started_at_ms = wire.started_at_ms;
  member.sent_at_ms = wire.sent_at_ms;
  member.believed_until = link.clock().steady() + believed;
  member.session = wire.session;
  member.address = wire.address;
  for (const auto& root : wire.roots)
    if (root.size() == security::kRootMarkBytes && member.roots.size() < kRootMarksMax)
      member.roots.push_back(root);
  member.certificate_fingerprint = opened.certificate_fingerprint;
  member.certificate_serial = opened.certificate.serial_hex();
  member.ca_fingerprint = link.ca_of(opened);
  return member;
}

}  // namespace muster::client
