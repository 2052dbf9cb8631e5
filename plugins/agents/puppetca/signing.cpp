#include "plugins/agents/puppetca/signing.hpp"

#include <fmt/format.h>

#include <thread>

#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"

namespace muster::plugins::puppetca {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstLook{50};
constexpr std::chrono::milliseconds kSlowestLook{1000};

tl::unexpected<Error> not_the_request(const CaRecord& found, const std::string& wanted) {
  return fail(
      Errc::aborted,
      fmt::format("refused to sign {}: the CA holds a {} with fingerprint {}, the node told {}; "
                  "clean the name and let the node request anew",
                  found.name, found.state == "requested" ? "request" : found.state + " certificate",
                  shown_fingerprint(found.fingerprint), shown_fingerprint(wanted)));
}

}  // namespace

Result<bool> Signing::sign(const std::string& fingerprint, Steady::time_point deadline) {
  const auto& name = allowed_.certname;
  MUSTER_ASSIGN(const bool pending, wait_for_request(fingerprint, deadline));
  if (!pending) {
    // The CA may have signed it by itself (autosign), without having been asked by us.
    MUSTER_ASSIGN(const auto certificate, fetch_certificate());
    MUSTER_TRY(check_certificate(certificate, allowed_));
    return false;
  }
  MUSTER_ASSIGN(const auto request, fetch_request(fingerprint));
  MUSTER_TRY(check_request(request, allowed_));
  MUSTER_TRY(ca_.sign(name));
  MUSTER_ASSIGN(const auto certificate, fetch_certificate());
  MUSTER_TRY(check_outcome(certificate, request.public_key));
  MUSTER_TRY(remembered_.remember(fingerprint, certificate.fingerprint()));
  return true;
}

Result<bool> Signing::wait_for_request(const std::string& fingerprint,
                                       Steady::time_point deadline) {
  base::Backoff backoff(kFirstLook, kSlowestLook);
  for (;;) {
    MUSTER_ASSIGN(const auto record, ca_.status(allowed_.certname));
    if (record && record->state == "requested") {
      if (record->fingerprint != fingerprint) return not_the_request(*record, fingerprint);
      return true;
    }
    if (record && record->state == "signed") {
      // Our own signature, or the very certificate that the node told it has: nothing is left to do.
      if (record->fingerprint != fingerprint &&
          !remembered_.matches(fingerprint, record->fingerprint))
        return not_the_request(*record, fingerprint);
      return false;
    }
    const auto pause = backoff.next();
    if (Steady::now() + pause >= deadline)
      return fail(
          Errc::aborted,
          fmt::format("no request of {} came to the CA in time; the node has to put it first",
                      allowed_.certname));
    std::this_thread::sleep_for(pause);
  }
}

Result<x509::RequestContent> Signing::fetch_request(const std::string& fingerprint) {
  const auto& name = allowed_.certname;
  const auto where = "the request of " + name + " at the CA";
  MUSTER_ASSIGN(const auto pem, ca_.request_pem(name));
  MUSTER_ASSIGN(const auto request, x509::read_request(pem, where));
  // Another one may have come since the CA told the fingerprint.
  if (request.fingerprint != fingerprint)
    return not_the_request({name, "requested", request.fingerprint}, fingerprint);
  return x509::open_request(pem, where);
}

Result<x509::Certificate> Signing::fetch_certificate() {
  const auto& name = allowed_.certname;
  MUSTER_ASSIGN(const auto pem, ca_.certificate_pem(name));
  return x509::Certificate::from_pem(pem, "the certificate of " + name + " at the CA");
}

// A request that was exchanged between our look and the CA's signature.
Status Signing::check_outcome(const x509::Certificate& certificate, const x509::Key& key) {
  auto good = check_certificate(certificate, allowed_);
  if (good && !certificate.matches(key))
    good = fail(Errc::refused,
                fmt::format("the CA signed another key for {} than the one in its request",
                            allowed_.certname));
  if (good) return {};
  auto revoked = ca_.revoke(allowed_.certname);
  log::error("a certificate came out otherwise than its request",
             {{"node", allowed_.certname},
              {"why", good.error().message},
              {"revoked", revoked ? "yes" : revoked.error().message}});
  return fail(Errc::refused, good.error().message + (revoked ? "; it was revoked" : ""));
}

}  // namespace muster::plugins::puppetca
