// Nodes that nobody listens to: retained messages that orchestrators sign, one a name. docs/PROTOCOL.md,
// "Bans".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {

class Link;

inline constexpr std::size_t kBansMax = 10'000;  // names that are or were banned

struct Ban {
  std::string identity;
  bool banned = true;              // false: not any more
  std::uint64_t number = 0;        // grows with each message about this name
  std::string reason = {};         // what the operator said; may be empty
  std::string by = {};             // the operator
  std::int64_t at_ms = 0;          // since when
  std::string signer_serial = {};  // of the orchestrator's certificate, when it was read

  // "'n1' is banned by alice since 2026-11-29T01:02:03Z: it was stolen"
  std::string text() const;
};

// Verifies: signed by an orchestrator under `operators`, about the node that the topic names, within the limits,
// and with a number that may be reached by `now_ms` (Unix time; admission::check_number). Errc::refused or
// invalid_data; an empty message is the latter, as nobody signed it.
Result<Ban> read_ban(std::string_view topic, std::string_view payload,
                     const security::Trust& operators, std::int64_t now_ms);

// Signs and publishes, retained; does not wait for the broker. It is ours to keep there from then on, until another orchestrator
// replaces it: docs/adr/0058. Without a link it is shown with the next.
Status publish_ban(Link& link, const Ban& ban);

// Of each name the message with the highest number. Thread-safe.
class BanList {
 public:
  // False, and nothing is changed, when a message with that number or a higher one is known; of one number a ban
  // replaces an unban, for two orchestrators may have counted on at once. Errc::limit at kBansMax.
  Result<bool> take(const Ban& ban);
  std::optional<Ban> find(const std::string& identity) const;  // lifted ones too
  // Nothing unless the name is banned.
  std::optional<Ban> banned(std::string_view identity) const;
  std::vector<Ban> all() const;  // lifted ones too, by name

 private:
  base::Guarded<std::map<std::string, Ban, std::less<>>> by_name_;
};

}  // namespace muster::client
