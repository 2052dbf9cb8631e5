// Credentials that the service manager hands to a unit (systemd.exec(5), LoadCredential=).
#pragma once

#include <filesystem>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::base {

// A path of a configuration file: "$CREDENTIALS_DIRECTORY/NAME" is the credential NAME of this unit,
// anything else stays as it is. Errc::config, with what to do, when there are no credentials or NAME
// is none.
Result<std::filesystem::path> path_or_credential(std::string_view text);

}  // namespace muster::base
