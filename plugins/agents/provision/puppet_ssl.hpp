// Puppet's ssldir: where each file is, and files put there as Puppet itself would have left them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::plugins::provision {

// Not thread-safe: one step at a time works on a node.
class PuppetSsl {
 public:
  PuppetSsl(std::filesystem::path ssldir, std::string certname)
      : ssldir_(std::move(ssldir)), name_(std::move(certname)) {}

  std::filesystem::path key_path() const { return ssldir_ / "private_keys" / (name_ + ".pem"); }
  std::filesystem::path certificate_path() const { return ssldir_ / "certs" / (name_ + ".pem"); }
  std::filesystem::path request_path() const {
    return ssldir_ / "certificate_requests" / (name_ + ".pem");
  }
  std::filesystem::path ca_path() const { return ssldir_ / "certs" / "ca.pem"; }
  std::filesystem::path revocation_path() const { return ssldir_ / "crl.pem"; }

  // Puppet's folders with its modes, owned by the user `puppet` where there is one.
  Status make_folders() const;
  // The key that is there, or a new P-256 one, installed. One that cannot be read is moved aside.
  Result<x509::Key> key();
  Status install(const std::filesystem::path& path, const std::string& content, mode_t mode) const;
  // Renamed to PATH.old, in place of an earlier one, and on the disk. Nothing to do when there is no such file.
  // Errc::io: it is there still; or moved, but a power loss may bring it back.
  Status move_aside(const std::filesystem::path& path);
  // What move_aside has moved, in order.
  const std::vector<std::string>& moved() const { return moved_; }

 private:
  std::filesystem::path ssldir_;
  std::string name_;
  std::vector<std::string> moved_;
};

// What stands at `path` of a node: for `status`, and to know whether the certificate steps can be
// skipped.
struct CertificateState {
  std::string word;    // missing, valid, expired, unreadable, foreign (of another key or name)
  std::string issuer;  // subject of its CA
};
CertificateState certificate_state(const PuppetSsl& ssl, const std::string& name,
                                   std::int64_t now_ms);

// The certificate of `ca_pem` that issued `certificate`. Errc::refused when none has.
Result<x509::Certificate> issuer_in(const std::string& ca_pem,
                                    const x509::Certificate& certificate);

inline constexpr mode_t kPublicMode = 0644;
inline constexpr mode_t kKeyMode = 0640;

}  // namespace muster::plugins::provision
