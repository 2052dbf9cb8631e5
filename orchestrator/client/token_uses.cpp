#include "orchestrator/client/token_uses.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "orchestrator/client/link.hpp"
#include "proto/base/guarded.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

constexpr std::size_t kUseTokenLevel =
    5;  // of muster/v1/<c>/trust/use/<token>/<identity>/<subject>
constexpr std::size_t kUseNameLevel = 6;
constexpr std::size_t kMessagesMax = 100'000;  // of all of them

using HeardOfTokens = base::Guarded<std::vector<transport::Message>>;

// A use that cannot be read is one all the same: an orchestrator signed it.
bool is_granted(std::string_view body) {
  const auto use = messages::TokenUse::decode(body);
  return !use || use->stage == messages::UseStage::granted;
}

// A revocation that cannot be read is one all the same: an orchestrator signed it.
void note_revoked(std::string_view body, TokenUses& its) {
  its.revoked = true;
  const auto told = messages::TokenRevocation::decode(body);
  if (!told) return;
  its.revoked_by = told->by;
  its.revoked_at_ms = told->at_ms;
}

std::vector<std::string> filters_of_tokens(const std::string& collective,
                                           const std::vector<std::string>& ids) {
  std::vector<std::string> filters;
  for (const auto& id : ids) {
    if (filters.size() >= 2 * kTokensAskedMax) break;
    filters.push_back(topics::token_use(collective, id, "+", "+"));
    filters.push_back(topics::token_revocation(collective, id));
  }
  return filters;
}

}  // namespace

Result<std::map<std::string, TokenUses>> token_uses(Link& link, const std::vector<std::string>& ids,
                                                    std::chrono::milliseconds patience) {
  std::map<std::string, TokenUses> uses;
  if (ids.empty()) return uses;
  const auto heard = std::make_shared<HeardOfTokens>();
  MUSTER_ASSIGN(
      const auto listening,
      link.bus().subscribe_all(filters_of_tokens(link.collective(), ids),
                               transport::Qos::at_least_once, [heard](transport::Message message) {
                                 const base::Locked messages(*heard);
                                 if (messages->size() < kMessagesMax)
                                   messages->push_back(std::move(message));
                               }));
  MUSTER_TRY(link.echo(patience));
  std::map<std::string, std::set<std::string>> names;
  const base::Locked messages(*heard);
  for (const auto& message : *messages) {
    const std::string token(topics::level(message.topic, kUseTokenLevel).value_or(""));
    const bool use = topics::trust_kind(message.topic) == "use";
    const auto kind = use ? envelope::Kind::token_use : envelope::Kind::token_revocation;
    const auto opened = security::open_from_orchestrator(message.payload, kind, link.operators());
    if (!opened) continue;
    if (use && is_granted(opened->body))
      names[token].emplace(topics::level(message.topic, kUseNameLevel).value_or(""));
    if (!use) note_revoked(opened->body, uses[token]);
  }
  for (const auto& [token, its] : names) uses[token].names = its.size();
  return uses;
}

}  // namespace muster::client
