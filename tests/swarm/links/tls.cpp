#include "tests/swarm/links/tls.hpp"

#include <openssl/ssl.h>

#include "proto/x509/openssl.hpp"

namespace muster::swarm {
namespace {

// OpenSSL's certificate callback: 1 goes on, 0 fails the handshake.
int show_pair(SSL* ssl, void* tls) {
  const auto* pair = static_cast<const Tls*>(tls)->shown();
  if (pair == nullptr) return 1;
  return SSL_use_certificate(ssl, pair->certificate.get()) == 1 &&
                 SSL_use_PrivateKey(ssl, pair->key.get()) == 1
             ? 1
             : 0;
}

Tls& of(const SSL* ssl) {
  return *static_cast<Tls*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

// With TLS 1.3 a server refuses a client's certificate after the client's handshake is over, and libmosquitto calls that a loss.
void hear_alert(const SSL* ssl, int where, int value) {
  const bool fatal = (value >> 8) == SSL3_AL_FATAL;
  if (where == SSL_CB_READ_ALERT && fatal) of(ssl).heard(SSL_alert_desc_string_long(value));
}

}  // namespace

Result<std::unique_ptr<Tls>> Tls::make(const std::filesystem::path& ca_file,
                                       const std::string& host) {
  std::unique_ptr<Tls> tls(new Tls(SSL_CTX_new(TLS_client_method())));
  auto* context = tls->context_;
  if (context == nullptr || SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1)
    return fail(Errc::config,
                "cannot use " + ca_file.string() +
                    " as the root of the broker's certificate: " + x509::openssl_reason());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  auto* expected = SSL_CTX_get0_param(context);
  // An address has no name in a certificate.
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1)
    X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Idle links hold no buffers: 32 KiB less for each.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_cert_cb(context, show_pair, tls.get());
  SSL_CTX_set_app_data(context, tls.get());
  SSL_CTX_set_info_callback(context, hear_alert);
  return tls;
}

Tls::~Tls() {
  SSL_CTX_free(context_);
}

}  // namespace muster::swarm
