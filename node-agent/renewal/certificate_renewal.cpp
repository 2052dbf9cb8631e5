#include "node-agent/renewal/certificate_renewal.hpp"

#include <algorithm>

#include "node-agent/renewal/renewed_file.hpp"
#include "plugins/http/http_client.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::agent {
namespace {

using std::chrono::milliseconds;

constexpr long kOk = 200;
constexpr long kForbidden = 403;
constexpr long kNotFound = 404;
constexpr const char* kPath = "/puppet-ca/v1/certificate_renewal";

// As Puppet 8's own agent asks.
Result<http::Response> ask(const plugins::PuppetPaths& puppet, const std::string& identity,
                           const std::string& ca_pem) {
  http::Client client({.ca_pem = ca_pem,
                       .certificate_file = puppet.certificate_of(identity),
                       .key_file = puppet.private_key_of(identity)});
  http::Request request;
  request.method = "POST";
  request.url = puppet.server_url + kPath;
  request.headers = {"Accept: text/plain", "Content-Type: text/plain"};
  request.timeout = kRenewTimeout;
  return client.send(request);
}

}  // namespace

std::int64_t renew_from_ms(const x509::Certificate& certificate) {
  const auto life = certificate.not_after_ms() - certificate.not_before_ms();
  return certificate.not_after_ms() -
         std::min<std::int64_t>(life / 3, milliseconds(kRenewBeforeMost).count());
}

Result<Renewal> renew_certificate(const plugins::PuppetPaths& puppet, const std::string& identity) {
  const auto ca_file = puppet.ssldir / "certs/ca.pem";
  MUSTER_ASSIGN(const auto ca_pem, base::read_file(ca_file));
  MUSTER_ASSIGN(const auto cas, x509::Certificate::all_from_pem(ca_pem, ca_file.string()));
  MUSTER_ASSIGN(const auto response, ask(puppet, identity, ca_pem));
  if (response.status == kNotFound || response.status == kForbidden) return Renewal::not_offered;
  if (response.status != kOk)
    return fail(Errc::aborted, "POST " + puppet.server_url + kPath + ": the CA answered " +
                                   std::to_string(response.status) + ": " +
                                   base::quoted(response.body));
  MUSTER_TRY(take_renewed(response.body, cas, puppet, identity));
  return Renewal::renewed;
}

CertificateRenewal::CertificateRenewal(plugins::PuppetPaths puppet, std::string identity,
                                       const base::Clock& clock, milliseconds look_most)
    : puppet_(std::move(puppet)),
      identity_(std::move(identity)),
      clock_(clock),
      look_most_(look_most),
      thread_([this] { work(); }) {}

CertificateRenewal::~CertificateRenewal() {
  stopping_.with_lock([](bool& stopping) { stopping = true; });
  wake_.notify_all();
  thread_.join();
}

void CertificateRenewal::work() {
  base::name_thread("renewal");
  while (!*base::Locked(stopping_)) {
    const auto pause = look();
    base::Locked stopping(stopping_);
    stopping.wait_for(wake_, pause, [&] { return *stopping; });
  }
}

milliseconds CertificateRenewal::look() {
  const auto certificate = x509::Certificate::from_file(puppet_.certificate_of(identity_));
  if (!certificate) return look_most_;  // the session says what is wrong with it
  const auto now = clock_.unix_ms();
  const auto from = renew_from_ms(*certificate);
  if (now < from) return std::min(milliseconds(from - now), look_most_);
  if (now >= certificate->not_after_ms()) return look_most_;  // nobody lets us in with it
  return renew(certificate->not_after_ms());
}

milliseconds CertificateRenewal::renew(std::int64_t ends_at_ms) {
  const auto renewed = renew_certificate(puppet_, identity_);
  if (renewed && *renewed == Renewal::renewed) {
    log::info("the node's certificate was renewed",
              {{"was_good_until", base::iso8601(ends_at_ms)}});
    return look_most_;
  }
  if (renewed) {
    log::warning(
        "the node's certificate ends, and its CA renews none ('allow-auto-renewal' in ca.conf)",
        {{"until", base::iso8601(ends_at_ms)}});
    return kRenewAskAgain;
  }
  log::warning("the node's certificate ends and could not be renewed",
               {{"until", base::iso8601(ends_at_ms)}, {"why", renewed.error().message}});
  const milliseconds left(ends_at_ms - clock_.unix_ms());
  return std::min(look_most_, std::max<milliseconds>(left / 4, kRenewFailedPauseLeast));
}

}  // namespace muster::agent
