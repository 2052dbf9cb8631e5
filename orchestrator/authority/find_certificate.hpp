// Which certificate somebody means. Internal.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::authority {

struct Whom {
  std::string serial;
  std::optional<x509::Certificate> certificate;  // nothing when only the serial is known
};

// A name (NAME.pem in the folder), a certificate's file, its SHA-256 fingerprint or its serial number in hex: of those in
// the folder and of those that its index knows. Errc::config, with what to give instead, when nobody is known by
// that word.
Result<Whom> find_certificate(const std::filesystem::path& folder, const std::string& word);

}  // namespace muster::authority
