// The private key of the certificate that muster.yaml names: from its file, or held by a program.
#pragma once

#include <filesystem>

#include "orchestrator/settings/settings.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::client {

struct OwnKey {
  x509::Key key;
  // For libraries that read keys from files. With `key_program` a placeholder (x509/program_key.hpp)
  // that stands in a folder of this process's until it ends.
  std::filesystem::path file;
};

// Errc::refused when the file is open to others (base::check_guard), Errc::config for what else is wrong.
Result<OwnKey> own_key(const settings::Settings& settings, const x509::Certificate& certificate);

}  // namespace muster::client
