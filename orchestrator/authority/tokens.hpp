// Join tokens: made by an issuer, shown, and listed. `muster token create|show|list`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/authority/issuers.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::authority {

struct TokenSpec {
  std::string issuer = kFirstIssuer;    // whose key signs: ISSUER.key beside the configuration
  std::vector<std::string> identities;  // globs of the names that may join with it; at least one
  bool master = false;                  // may offer a Puppet CA
  std::vector<std::string> issues;      // globs of the names that its CA may issue: with `master`
  std::map<std::string, std::string> serves;  // facts by which nodes come to it: with `master`
  bool replace = false;                       // may take a name that another certificate holds
  std::vector<std::string> collectives;       // beside the configuration's
  std::string workflow;                       // the only one that may provision with it; empty: any
  std::map<std::string, std::string> extensions;  // certificate extensions that it allows
  std::vector<std::string> alternative_names;     // globs of further names in the certificate
  std::chrono::seconds valid_for{24 * 3600};
  std::uint32_t uses = 1;  // names that may join with it; 0: any number
};
struct NewToken {
  std::string text;  // the file's content; a secret
  std::string id;
  std::int64_t expires_at_ms = 0;
};
// Signed by the issuer beside the settings' file, with a key of its own and the join password from
// there, and noted in the issuer's list. Errc::config or refused when it may not be made so.
Result<NewToken> create_token(const settings::Settings& settings, const TokenSpec& spec,
                              const base::Clock& clock);

struct TokenShown {
  Value content;  // id, collectives, identities, master, issues, serves, replace, uses, workflow,
      // extensions, alternative_names, brokers, times, issuer, root; never the password or the key
  bool valid = false;
  std::string problem;  // why it is not valid
};
// `text`: the token's file. `root`: whom its issuer must be of; null: of the root that it carries,
// which proves no more than that it is whole. An error only when the text cannot be read as a
// token's file at all.
Result<TokenShown> show_token(std::string_view text, const x509::Certificate* root,
                              std::int64_t now_ms);

// A token that an issuer made, as its list ISSUER.tokens (0600) tells: one JSON object a line,
// never a secret.
struct IssuedToken {
  std::string id;
  std::string issuer;
  std::vector<std::string> identities;
  bool master = false;
  bool replace = false;
  std::uint32_t uses = 1;
  std::int64_t issued_at_ms = 0;
  std::int64_t expires_at_ms = 0;
};
inline constexpr std::size_t kIssuedListMaxBytes = 64 * 1024 * 1024;

Status note_issued(const std::filesystem::path& folder, const IssuedToken& token);
// Of every issuer whose list is in `folder`, the oldest first. A line that cannot be read is an
// error that names file and line.
Result<std::vector<IssuedToken>> issued_tokens(const std::filesystem::path& folder);

}  // namespace muster::authority
