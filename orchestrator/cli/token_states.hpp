// What the bus says of join tokens, for commands that can do without.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/client/token_uses.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

// For a broker to be reached, and then for its answers to come, in place of the usual patience.
inline constexpr std::chrono::milliseconds kTokenStatesPatience{2'000};

class TokenStates {
 public:
  // Connects, and asks for `ids`. Whoever could not be asked is not known; that is no error: a note on stderr tells.
  static TokenStates ask(settings::Settings settings, const std::vector<std::string>& ids);

  // Null when the bus could not be asked.
  const client::TokenUses* find(const std::string& id) const;
  // "revoked by alice at 2026-11-29T14:00:00.000Z"; empty when it is not, or nobody knows.
  std::string revoked_text(const std::string& id) const;
  // null when nobody knows, false, or {"by", "at"}.
  Value revoked_json(const std::string& id) const;

 private:
  std::map<std::string, client::TokenUses> known_;
};

}  // namespace muster::cli
