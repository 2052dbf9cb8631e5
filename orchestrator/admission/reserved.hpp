// Names that no joining node is ever given, for they would let it speak as a Puppet master or as
// the machine itself.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/admission/rules.hpp"
#include "proto/base/result.hpp"

namespace muster::admission {

// Globs. Agents look for a master under "puppet" and "puppet.<domain>", which are also the
// alternative names that a Puppet Server gives itself. Beside them base::kPlaceholderHosts, with any
// domain.
inline constexpr std::array<std::string_view, 3> kReservedNames{"puppet", "puppet.*", "ca"};

// `names`: the common name and the alternative names of a certificate-to-be, in any case. Errc::refused
// "'puppet' is reserved: …" for the first that is reserved.
Status check_reserved(const std::vector<std::string>& names, const Rules& rules);

// Errc::config for a pattern that is none; for the configuration's `reserved_names`.
Status check_reserved_pattern(const std::string& pattern);

}  // namespace muster::admission
