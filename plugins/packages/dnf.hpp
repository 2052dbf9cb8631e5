// Fedora's and its kin's: dnf and rpm.
#pragma once

#include <optional>

#include "plugins/packages/provider.hpp"

namespace muster::packages {

// Null when one of the two programs is missing.
std::unique_ptr<Provider> make_dnf(const Programs& programs);

// "NAME|EPOCH|VERSION|RELEASE|ARCH", as rpm is asked for it; nothing for other lines.
std::optional<PackageState> rpm_state_in(std::string_view line);

// What empties its cache; `mode` is one of dnf-clean's words.
Command dnf_clean(const Programs& programs, const std::string& mode);

}  // namespace muster::packages
