#include "proto/security/signer.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::security {

Signer::Signer(x509::Key key, std::vector<x509::Certificate> chain, std::string name)
    : key_(std::move(key)), chain_(std::move(chain)), name_(std::move(name)) {
  for (const auto& certificate : chain_) chain_der_.push_back(certificate.der());
  if (chain_.empty()) public_der_ = key_.public_der();
}

Result<Signer> Signer::with_certificate(x509::Key key, std::vector<x509::Certificate> chain) {
  if (chain.empty()) return fail(Errc::config, "a signer needs a certificate");
  if (chain.size() > envelope::kCertificatesMax)
    return fail(Errc::limit, fmt::format("a chain of {} certificates; the limit is {}",
                                         chain.size(), envelope::kCertificatesMax));
  auto name = chain.front().common_name();
  if (name.empty())
    return fail(Errc::config, fmt::format("the certificate {} has no common name to sign in",
                                          base::quoted(chain.front().subject())));
  if (!chain.front().matches(key))
    return fail(Errc::config,
                fmt::format("the private key does not belong to the certificate of {}",
                            base::quoted(name)));
  return Signer(std::move(key), std::move(chain), std::move(name));
}

Signer Signer::with_key(x509::Key key) {
  return Signer(std::move(key), {}, {});
}

Result<std::string> Signer::seal(envelope::Kind kind, std::string body) const {
  if (body.size() > envelope::kMessageMaxBytes)  // before work is spent on hashing it
    return fail(Errc::limit, fmt::format("a message of {} bytes; the limit is {}", body.size(),
                                         envelope::kMessageMaxBytes));
  envelope::Sealed sealed;
  sealed.kind = kind;
  MUSTER_ASSIGN(sealed.signature, key_.sign(envelope::signed_bytes(kind, body)));
  sealed.body = std::move(body);
  sealed.certificates = chain_der_;
  sealed.public_key = public_der_;
  return envelope::encode(sealed);
}

}  // namespace muster::security
