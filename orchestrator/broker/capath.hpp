// A folder of CA certificates named as OpenSSL looks them up (c_rehash(1)): <subject hash>.<n>.
// Mosquitto reads it at each handshake, so that a CA put there is trusted at once.
#pragma once

#include <filesystem>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::broker {

inline constexpr int kSameNameMax =
    16;  // CAs with one subject hash; more is a mistake or an attack

// Not thread-safe; two processes on one folder are fine.
class Capath {
 public:
  explicit Capath(std::filesystem::path folder) : folder_(std::move(folder)) {}
  const std::filesystem::path& folder() const { return folder_; }

  // True when the file was written, false when this certificate was there already. Errc::refused
  // when it is not a CA, Errc::limit at kSameNameMax, Errc::io. The caller has verified that the CA
  // is to be trusted.
  Result<bool> add(const x509::Certificate& ca);
  // All of the folder, in order of their files' names. What is no certificate is left out.
  std::vector<x509::Certificate> all() const;
  // Takes its file away; the last of the same name moves into the gap, at which OpenSSL would stop to
  // look. False when it was not there. A broker that has read it already keeps it in memory until it
  // is reloaded (broker_process.hpp).
  Result<bool> remove(const x509::Certificate& ca);
  // Has the folder hold these and no others. True when something changed.
  Result<bool> hold(const std::vector<x509::Certificate>& cas);

 private:
  const std::filesystem::path folder_;
};

}  // namespace muster::broker
