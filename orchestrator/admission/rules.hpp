// What a site says about names: keys of orchestrator.yaml, and what the orchestrator knows of
// itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::admission {

// Which tokens may take a name that has a valid certificate, though they were made without
// --replace. A token with --replace always may, an operator's approval and proof of the old key
// too. docs/SECURITY.md says what each costs.
enum class ReplaceNames {
  approval,     // none
  exact_token,  // one made for exactly that name and one use, while no member of the name is online
  any_token     // every one that covers the name, while no member of the name is online
};
std::string_view name_of(ReplaceNames mode);  // "approval", "exact-token", "any-token"
// Errc::config, with the nearest valid word, for anything else.
Result<ReplaceNames> replace_names_from(std::string_view text);

struct Rules {
  ReplaceNames replace_names = ReplaceNames::exact_token;
  std::vector<std::string> reserved_names;  // globs, beside kReservedNames
  std::vector<std::string> masters;         // the masters' own names
  std::string collective;
  std::vector<std::string> workflows;  // names of those that this orchestrator follows
  bool attestation = false;  // a program of the site's has the last word: admission::attested()
};

}  // namespace muster::admission
