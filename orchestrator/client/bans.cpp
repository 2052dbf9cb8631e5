#include "orchestrator/client/bans.hpp"

#include <fmt/format.h>

#include "orchestrator/admission/statement_number.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/trust_claim.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/node_ban.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

bool replaces_ban(const Ban& offered, const Ban& known) {
  if (offered.number != known.number) return offered.number > known.number;
  return offered.banned && !known.banned;
}

Result<std::string> sealed_ban(Link& link, const Ban& ban) {
  messages::NodeBan wire;
  wire.identity = ban.identity;
  wire.banned = ban.banned;
  wire.number = ban.number;
  wire.reason = ban.reason;
  wire.by = ban.by;
  wire.at_ms = ban.at_ms;
  return link.signer().seal(envelope::Kind::node_ban, wire.encode());
}

}  // namespace

std::string Ban::text() const {
  return fmt::format("{} is banned by {} since {}{}{}", base::quoted(identity), by,
                     base::iso8601(at_ms), reason.empty() ? "" : ": ", reason);
}

Result<Ban> read_ban(std::string_view topic, std::string_view payload,
                     const security::Trust& operators, std::int64_t now_ms) {
  if (payload.empty())
    return fail(Errc::invalid_data, "an empty message lifts no ban: it is not signed");
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(payload, envelope::Kind::node_ban, operators));
  MUSTER_ASSIGN(const auto wire, messages::NodeBan::decode(opened.body));
  MUSTER_TRY(base::check_identity(wire.identity));
  if (wire.identity != transport::topics::last_level(topic))
    return fail(Errc::refused,
                fmt::format("{} holds a ban of {}", topic, base::quoted(wire.identity)));
  MUSTER_TRY(admission::check_number(wire.number, now_ms));
  return Ban{wire.identity,
             wire.banned,
             wire.number,
             wire.reason,
             wire.by,
             wire.at_ms,
             opened.certificate.serial_hex()};
}

Status publish_ban(Link& link, const Ban& ban) {
  MUSTER_ASSIGN(auto sealed, sealed_ban(link, ban));
  return link.directory().put(trust_claim(
      link, transport::topics::ban(link.collective(), ban.identity), std::move(sealed)));
}

Result<bool> BanList::take(const Ban& ban) {
  const base::Locked by_name(by_name_);
  const auto known = by_name->find(ban.identity);
  if (known != by_name->end() && !replaces_ban(ban, known->second)) return false;
  if (known == by_name->end() && by_name->size() >= kBansMax)
    return fail(Errc::limit,
                fmt::format("{} bans are known already, which is the limit", kBansMax));
  by_name->insert_or_assign(ban.identity, ban);
  return true;
}

std::optional<Ban> BanList::find(const std::string& identity) const {
  const base::Locked by_name(by_name_);
  const auto found = by_name->find(identity);
  if (found == by_name->end()) return std::nullopt;
  return found->second;
}

std::optional<Ban> BanList::banned(std::string_view identity) const {
  const base::Locked by_name(by_name_);
  const auto found = by_name->find(identity);
  if (found == by_name->end() || !found->second.banned) return std::nullopt;
  return found->second;
}

std::vector<Ban> BanList::all() const {
  const base::Locked by_name(by_name_);
  std::vector<Ban> all;
  all.reserve(by_name->size());
  for (const auto& [name, ban] : *by_name) all.push_back(ban);
  return all;
}

}  // namespace muster::client
