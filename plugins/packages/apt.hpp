// Debian's: apt-get, apt-cache and dpkg-query.
#pragma once

#include <optional>

#include "plugins/packages/provider.hpp"

namespace muster::packages {

// Seconds that apt-get waits for another one to end, before it gives up.
inline constexpr int kAptLockPatienceSeconds = 120;

// Null when one of the three programs is missing.
std::unique_ptr<Provider> make_apt(const Programs& programs);

// A line of `apt-get --simulate`: "Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian:12.1/stable [amd64])".
// Nothing for other lines, and for packages that are not installed yet.
std::optional<Update> apt_update_in(std::string_view line);

// "1:2.36-9+deb12u1" into epoch, version and release.
void split_deb_version(PackageState& state);

}  // namespace muster::packages
