#include "orchestrator/daemon/trust_duty.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/link.hpp"
#include "orchestrator/daemon/tell.hpp"
#include "proto/base/clock.hpp"

namespace muster::daemon {
namespace {

constexpr std::int64_t kSecondMs = 1'000;  // lists know no less

std::string id_of(const client::Ban& ban) {
  return fmt::format("{}.{}-{}", ban.identity, ban.banned ? "banned" : "unbanned", ban.number);
}

std::string id_of(const x509::RevocationList& list) {
  return fmt::format("revoked-{}-{}", list.issuer_common_name(), list.number());
}

// Those of the list's own time came with this list.
Value new_ones(const x509::RevocationList& list) {
  Value out = Value::array();
  for (const auto& [serial, revoked] : list.entries())
    if (revoked.at_ms / kSecondMs == list.at_ms() / kSecondMs)
      out.push_back({{"serial", serial},
                     {"revoked_at", base::iso8601(revoked.at_ms)},
                     {"reason", name_of(revoked.reason)}});
  return out;
}

}  // namespace

plugins::Notification ban_notification(const client::Ban& ban) {
  plugins::Notification out;
  out.id = id_of(ban);
  out.subject =
      fmt::format("{} {}", ban.identity, ban.banned ? "is banned" : "is listened to again");
  out.text = ban.banned ? fmt::format("{}.\nNobody listens to it until 'muster node unban {}'.\n",
                                      ban.text(), ban.identity)
                        : fmt::format("{} lifted the ban of {}.\n", ban.by, ban.identity);
  out.data = {{"identity", ban.identity},
              {"state", ban.banned ? "banned" : "unbanned"},
              {"by", ban.by},
              {"reason", ban.reason}};
  return out;
}

client::LifecycleEvent ban_event(const client::Ban& ban) {
  client::LifecycleEvent event;
  event.id = id_of(ban);
  event.type = ban.banned ? "banned" : "unbanned";
  event.identity = ban.identity;
  event.at_ms = ban.at_ms;
  event.data = {{"by", ban.by}, {"reason", ban.reason}};
  return event;
}

plugins::Notification revocation_notification(const x509::RevocationList& list,
                                              const std::string& caller) {
  plugins::Notification out;
  out.id = id_of(list);
  out.subject = fmt::format("Certificates of {} were revoked", list.issuer_common_name());
  out.text = fmt::format("{} brought list {} of {}. Refused from now on:\n", caller, list.number(),
                         list.issuer_common_name());
  out.data = {{"issuer", list.issuer_common_name()},
              {"number", list.number()},
              {"by", caller},
              {"certificates", new_ones(list)}};
  for (const auto& one : out.data.at("certificates"))
    out.text += fmt::format("  {}  {}\n", one.at("serial").get<std::string>(),
                            one.at("reason").get<std::string>());
  out.text +=
      "Puppet CAs that one of these orchestrators endorsed last, and no other before, are not "
      "trusted "
      "any more: see 'muster trust list'.\n";
  return out;
}

client::LifecycleEvent revocation_event(const x509::RevocationList& list, const std::string& caller,
                                        const std::string& teller) {
  return event_of(revocation_notification(list, caller), "revoked", teller);
}

Status TrustDuty::ban(const std::string& node, const std::string& reason,
                      const std::string& caller) {
  MUSTER_ASSIGN(const auto ban, keeper_.bans().ban(node, reason, caller));
  tell_(ban_event(ban), ban_notification(ban));
  return {};
}

Status TrustDuty::unban(const std::string& node, const std::string& caller) {
  MUSTER_ASSIGN(const auto ban, keeper_.bans().lift(node, caller));
  tell_(ban_event(ban), ban_notification(ban));
  return {};
}

Status TrustDuty::revoke(const x509::RevocationList& list, const std::string& caller) {
  MUSTER_TRY(keeper_.revoke(list));
  tell_(revocation_event(list, caller, link_.caller()), revocation_notification(list, caller));
  return {};
}

}  // namespace muster::daemon
