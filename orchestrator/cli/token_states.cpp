#include "orchestrator/cli/token_states.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

using Clock = std::chrono::steady_clock;
using States = std::map<std::string, client::TokenUses>;

// So many at once as the bus is asked for, until the time is over.
Status ask_in_parts(client::Link& link, const std::vector<std::string>& ids, States& known) {
  const auto deadline = Clock::now() + kTokenStatesPatience;
  for (std::size_t at = 0; at < ids.size(); at += client::kTokensAskedMax) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left <= std::chrono::milliseconds::zero())
      return fail(Errc::timeout, fmt::format("{} of {} could be asked in {} ms", at, ids.size(),
                                             kTokenStatesPatience.count()));
    const auto count = std::min(client::kTokensAskedMax, ids.size() - at);
    const std::vector<std::string> part(&ids[at], &ids[at] + count);
    MUSTER_ASSIGN(auto uses, client::token_uses(link, part, left));
    for (const auto& id : part) known[id] = std::move(uses[id]);
  }
  return {};
}

Status ask_the_bus(const settings::Settings& settings, const std::vector<std::string>& ids,
                   States& known) {
  MUSTER_ASSIGN(auto link, client::Link::open(settings));
  const LinkPtr leaving(link.release());
  // Whose signature counts is told by the same broker.
  MUSTER_TRY(leaving->wait_trust(kTokenStatesPatience));
  return ask_in_parts(*leaving, ids, known);
}

}  // namespace

TokenStates TokenStates::ask(settings::Settings settings, const std::vector<std::string>& ids) {
  TokenStates states;
  if (ids.empty()) return states;
  settings.connect_patience = kTokenStatesPatience;
  if (auto asked = ask_the_bus(settings, ids, states.known_); !asked)
    note("the bus was not asked whether it was revoked: " + asked.error().message);
  return states;
}

const client::TokenUses* TokenStates::find(const std::string& id) const {
  const auto at = known_.find(id);
  return at == known_.end() ? nullptr : &at->second;
}

std::string TokenStates::revoked_text(const std::string& id) const {
  const auto* its = find(id);
  if (its == nullptr || !its->revoked) return "";
  if (its->revoked_by.empty()) return "revoked";
  return fmt::format("revoked by {} at {}", render::one_line(its->revoked_by),
                     base::iso8601(its->revoked_at_ms));
}

Value TokenStates::revoked_json(const std::string& id) const {
  const auto* its = find(id);
  if (its == nullptr) return nullptr;
  if (!its->revoked) return false;
  return {{"by", its->revoked_by}, {"at", base::iso8601(its->revoked_at_ms)}};
}

}  // namespace muster::cli
