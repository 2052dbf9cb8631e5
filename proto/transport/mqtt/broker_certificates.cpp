#include "proto/transport/mqtt/broker_certificates.hpp"

#include <memory>

#include "proto/transport/mqtt/tls_drive.hpp"

namespace muster::transport::mqtt {
namespace {

std::string der_of(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = ::i2d_X509(certificate, &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  ::OPENSSL_free(bytes);
  return der;
}

}  // namespace

Result<std::vector<std::string>> broker_certificates(const std::string& broker) {
  MUSTER_ASSIGN(const auto to, base::parse_endpoint(broker));
  const auto deadline = std::chrono::steady_clock::now() + kShownPatience;
  MUSTER_ASSIGN(const auto socket, connect_tcp(to, deadline));
  const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context(
      ::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  if (!context) return fail(Errc::io, "cannot start TLS");
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> tls(::SSL_new(context.get()), &::SSL_free);
  ::SSL_set_fd(tls.get(), socket.get());
  // A broker that wants a certificate may hang up; by then it has shown its own.
  static_cast<void>(drive(tls.get(), socket.get(), deadline, ::SSL_connect));
  std::vector<std::string> shown;
  const auto* chain = ::SSL_get_peer_cert_chain(tls.get());
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i)
    shown.push_back(der_of(sk_X509_value(chain, i)));
  ::ERR_clear_error();
  if (shown.empty()) return fail(Errc::unavailable, "broker " + broker + " shows no certificate");
  return shown;
}

}  // namespace muster::transport::mqtt
