#include "proto/security/chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::security {
namespace {

// OpenSSL's level 2: digests and keys worth at least 112 bits, so neither SHA-1 nor RSA under 2048.
constexpr int kSecurityLevel = 2;

using OwnedStore = x509::Owned<X509_STORE, X509_STORE_free>;
using OwnedStoreContext = x509::Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

struct StackFreer {
  // The certificates themselves belong to others.
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using OwnedStack = std::unique_ptr<STACK_OF(X509), StackFreer>;

x509::Certificate borrowed(X509* cert) {
  X509_up_ref(cert);
  return x509::Certificate(std::shared_ptr<X509>(cert, X509_free));
}

std::string shown(const x509::Certificate& certificate) {
  auto name = certificate.common_name();
  return base::quoted(name.empty() ? certificate.subject() : name);
}

tl::unexpected<Error> refusal(X509_STORE_CTX* context) {
  const int code = X509_STORE_CTX_get_error(context);
  auto* at = X509_STORE_CTX_get_current_cert(context);
  if (at == nullptr)
    return fail(Errc::refused, fmt::format("the certificate chain is refused: {}",
                                           X509_verify_cert_error_string(code)));
  const auto certificate = borrowed(at);
  const auto who = shown(certificate);
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fail(Errc::refused, fmt::format("certificate of {} has expired ({})", who,
                                             base::iso8601(certificate.not_after_ms())));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fail(Errc::refused,
                  fmt::format("certificate of {} is not valid before {}; is the clock right?", who,
                              base::iso8601(certificate.not_before_ms())));
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return fail(Errc::refused, fmt::format("certificate of {} is signed by an unknown CA {}", who,
                                             base::quoted(certificate.issuer_common_name())));
    default:
      return fail(Errc::refused, fmt::format("certificate of {} is refused: {}", who,
                                             X509_verify_cert_error_string(code)));
  }
}

void set_rules(X509_STORE_CTX* context, std::int64_t now_ms) {
  auto* rules = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY);
  X509_VERIFY_PARAM_set_time(rules, now_ms / 1000);
  X509_VERIFY_PARAM_set_depth(rules, static_cast<int>(envelope::kCertificatesMax));
  X509_VERIFY_PARAM_set_auth_level(rules, kSecurityLevel);
  // An anchor is trusted as it is: a Puppet CA may be an intermediate whose root nobody here knows.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
}

Result<VerifiedPath> judge(X509_STORE_CTX* context) {
  const auto* chain = X509_STORE_CTX_get0_chain(context);
  VerifiedPath verified{borrowed(sk_X509_value(chain, 0)), sk_X509_num(chain) == 2, INT64_MIN,
                        INT64_MAX};
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto certificate = borrowed(sk_X509_value(chain, i));
    if (auto strong = certificate.public_key().strong_enough(); !strong)
      return fail(strong.error().within("certificate of " + shown(certificate)));
    verified.from_ms = std::max(verified.from_ms, certificate.not_before_ms());
    verified.until_ms = std::min(verified.until_ms, certificate.not_after_ms());
  }
  return verified;
}

}  // namespace

Result<VerifiedPath> verify_chain(const std::vector<x509::Certificate>& presented,
                                  const x509::Certificate& anchor, std::int64_t now_ms) {
  const OwnedStore store(X509_STORE_new());
  const OwnedStack others(sk_X509_new_null());
  const OwnedStoreContext context(X509_STORE_CTX_new());
  bool ready = store && others && context && X509_STORE_add_cert(store.get(), anchor.get()) == 1;
  for (std::size_t i = 1; ready && i < presented.size(); ++i)
    ready = sk_X509_push(others.get(), presented[i].get()) > 0;
  ready = ready && X509_STORE_CTX_init(context.get(), store.get(), presented.front().get(),
                                       others.get()) == 1;
  if (!ready)
    return fail(Errc::unknown, "cannot check a certificate chain: " + x509::openssl_reason());
  set_rules(context.get(), now_ms);
  const bool fits = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (!fits) return refusal(context.get());
  return judge(context.get());
}

}  // namespace muster::security
