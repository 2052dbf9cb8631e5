// What a Puppet CA keeps in its folder, as far as revoking needs it. Puppet Server's HTTP API tells
// neither its revocation list as a whole nor what it issued earlier.
#pragma once

#include <sys/statvfs.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "plugins/agents/puppetca/inventory.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/revocations.hpp"

namespace muster::plugins::puppetca {

// signed/NAME.pem.
struct CurrentCertificate {
  std::string serial;
  std::string fingerprint;        // plain hex
  std::int64_t issued_at_ms = 0;  // see issued_at_ms()
};

// Errc::io when the file system of the folder has nothing left for who is not root, which the CA is not: root, as whom we write,
// has blocks of its own. `its`: as statvfs() fills it.
Status has_room(const std::filesystem::path& folder, const struct statvfs& its);

// Reads the files anew at each call: Puppet Server writes them. Errors name the file. Thread-safe.
class CaFiles {
 public:
  explicit CaFiles(std::filesystem::path cadir) : cadir_(std::move(cadir)) {}

  const std::filesystem::path& folder() const { return cadir_; }
  Result<x509::Certificate> ca() const;           // ca_crt.pem, the first: the one that issues
  Result<x509::Revocations> revocations() const;  // ca_crl.pem, its own list of the bundle
  Result<Inventory> inventory() const;            // inventory.txt
  // The serial of signed/NAME.pem; nothing when there is no such file. `certname` is an identity
  // (base::check_identity).
  Result<std::optional<std::string>> current_serial(const std::string& certname) const;
  Result<std::optional<CurrentCertificate>> current(const std::string& certname) const;
  std::filesystem::path signed_file(const std::string& certname) const;
  std::filesystem::path request_file(const std::string& certname) const;
  // signed/NAME.pem alone, which is what the CA takes for the name's current certificate; a request of the name stays.
  Status remove_signed(const std::string& certname) const;
  // When requests/NAME.pem was written, Unix time; nothing when there is none.
  Result<std::optional<std::int64_t>> requested_at_ms(const std::string& certname) const;
  Status remove_request(const std::string& certname) const;
  // Errc::io when the folder's file system is read-only, or full for all but root, or fails: shown by what it says of itself, and
  // by a file that is written and removed. That we in particular may not write there says nothing about the CA.
  Status can_be_written() const;

 private:
  const std::filesystem::path cadir_;
};

}  // namespace muster::plugins::puppetca
