// The fields of a policy line behind those of MCollective: "KEY: VALUE", each once.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/policy/arguments.hpp"
#include "proto/policy/hours.hpp"
#include "proto/policy/requirements.hpp"

namespace muster::policy {

struct Conditions {
  std::optional<Arguments> arguments;  // args: …
  std::optional<Hours> hours;          // time: …
  Requirements requirements;           // require_filter:, max_nodes:, approve:

  // Reads one field. Errc::config, with the nearest key, for a key that there is not, that stands
  // twice, or whose value is none; `allow` says which kind of line it stands in, as a `deny` cannot
  // ask for anything.
  Status read(std::string_view field, bool allow, const Groups& groups);

 private:
  Status read_value(std::string_view key, std::string_view value, const Groups& groups);
  std::set<std::string, std::less<>> keys_;
};

// Whether a field is "KEY: VALUE", and so no list of classes: no class ends with a single ':'.
bool is_condition(std::string_view field);
// args, time, require_filter, max_nodes or approve.
bool is_condition_key(std::string_view word);

}  // namespace muster::policy
