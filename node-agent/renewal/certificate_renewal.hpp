// Certificates that end soon are renewed by their holder: Puppet Server 8 and OpenVox Server 8 do that for who shows a
// certificate that is still good, where `allow-auto-renewal` is on (POST /puppet-ca/v1/certificate_renewal).
//
// The key stays; the new certificate replaces the old one's file, and the agent connects anew with it by itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::agent {

// As Puppet's hostcert_renewal_interval; a certificate that lives less than three times as long is renewed in its last third.
inline constexpr std::chrono::hours kRenewBeforeMost{30 * 24};
inline constexpr std::chrono::hours kRenewLookMost{1};   // how often the certificate is looked at
inline constexpr std::chrono::hours kRenewAskAgain{24};  // a CA that does not renew
inline constexpr std::chrono::minutes kRenewFailedPauseLeast{
    1};  // one that could not be asked; at most kRenewLookMost
inline constexpr std::chrono::seconds kRenewTimeout{30};  // of one request

// From when on a certificate is to be renewed, as a Unix time.
std::int64_t renew_from_ms(const x509::Certificate& certificate);

enum class Renewal {
  renewed,  // the file is another one now
  // The CA has no such service: 404 where it is off, 403 from servers that do not know it, whose auth.conf has no rule.
  not_offered
};
// Asks the CA at `puppet.server_url`, with the certificate and key of `puppet`. Blocks, kRenewTimeout at most.
// Errc::refused for an answer that is not this node's certificate, of its key, its CA and with a later end: nothing is
// written then. Other errors say what could not be read, reached or written.
Result<Renewal> renew_certificate(const plugins::PuppetPaths& puppet, const std::string& identity);

// Looks at the node's certificate for as long as it lives, on a thread of its own. `clock` must outlive it.
class CertificateRenewal {
 public:
  CertificateRenewal(plugins::PuppetPaths puppet, std::string identity, const base::Clock& clock,
                     std::chrono::milliseconds look_most = kRenewLookMost);
  // Ends when a request under way has ended.
  ~CertificateRenewal();
  CertificateRenewal(const CertificateRenewal&) = delete;
  CertificateRenewal& operator=(const CertificateRenewal&) = delete;

 private:
  void work();
  // How long until the next look.
  std::chrono::milliseconds look();
  std::chrono::milliseconds renew(std::int64_t ends_at_ms);

  const plugins::PuppetPaths puppet_;
  const std::string identity_;
  const base::Clock& clock_;
  const std::chrono::milliseconds look_most_;
  base::Guarded<bool> stopping_{false};
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace muster::agent
