#include "proto/transport/mqtt/probe.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <memory>

#include "proto/base/files.hpp"
#include "proto/transport/mqtt/tls_drive.hpp"

namespace muster::transport::mqtt {
namespace {

using Clock = std::chrono::steady_clock;
using Context = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;
using Tls = std::unique_ptr<SSL, decltype(&::SSL_free)>;

std::string last_tls_error() {
  const auto code = ::ERR_peek_last_error();
  ::ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ::ERR_reason_error_string(code);
  return reason == nullptr ? "" : reason;
}

Result<Context> make_context(const Options& options) {
  ::ERR_clear_error();
  Context context(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  if (!context) return fail(Errc::io, "cannot start TLS: " + last_tls_error());
  if (::SSL_CTX_load_verify_file(context.get(), options.ca_file.c_str()) != 1)
    return fail(Errc::config,
                "no CA certificate (PEM) in " + options.ca_file.string() + ": " + last_tls_error());
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (options.certificate_file.empty()) return context;
  if (::SSL_CTX_use_certificate_chain_file(context.get(), options.certificate_file.c_str()) != 1)
    return fail(Errc::config, "no certificate (PEM) in " + options.certificate_file.string() +
                                  ": " + last_tls_error());
  if (::SSL_CTX_use_PrivateKey_file(context.get(), options.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail(Errc::config, "no usable private key (PEM) in " + options.key_file.string() +
                                  " for the certificate in " + options.certificate_file.string() +
                                  ": " + last_tls_error());
  return context;
}

void expect_host(SSL* tls, const std::string& host) {
  in6_addr address{};
  const bool numeric = ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
                       ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
  if (numeric) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls), host.c_str());
    return;
  }
  // SSL_set_tlsext_host_name() is this behind a C cast.
  ::SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
  ::SSL_set1_host(tls, host.c_str());
}

Error server_not_trusted(const Options& options, const std::string& broker, long verdict) {
  const std::string reason = ::X509_verify_cert_error_string(verdict);
  std::string what_to_do = "; its certificate must lead to a CA in " + options.ca_file.string();
  if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
    what_to_do = "; use a name that is in its certificate, or have one made with this name";
  if (verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID)
    what_to_do = "; renew it, or put this machine's clock right";
  return {Errc::refused,
          "the certificate of broker " + broker + " is not accepted: " + reason + what_to_do};
}

Error client_not_trusted(const Options& options, const std::string& broker,
                         const std::string& alert) {
  if (options.certificate_file.empty())
    return {Errc::refused, "broker " + broker + " wants a client certificate and we have none (" +
                               alert + "); give one, or use the join port"};
  return {Errc::refused, "broker " + broker + " refuses our certificate " +
                             options.certificate_file.string() + " (" + alert +
                             "); it must be valid now and signed by a CA this listener trusts"};
}

std::optional<Error> probe_tls(const Options& options, const std::string& broker,
                               const base::Endpoint& to, int fd) {
  const auto context = make_context(options);
  if (!context) return context.error();
  const Tls tls(::SSL_new(context->get()), &::SSL_free);
  ::SSL_set_fd(tls.get(), fd);
  expect_host(tls.get(), to.host);
  const int shaken = drive(tls.get(), fd, Clock::now() + kProbeTimeout, ::SSL_connect);
  if (shaken < 0)
    return Error{
        Errc::unavailable,
        "broker " + broker + " accepts connections but does not answer; it hangs or is overloaded"};
  if (shaken == 0) {
    const long verdict = ::SSL_get_verify_result(tls.get());
    if (verdict != X509_V_OK) return server_not_trusted(options, broker, verdict);
    const auto alert = last_tls_error();
    // Every alert about a certificate that comes from the other side is about ours.
    if (alert.find("certificate") != std::string::npos ||
        alert.find("unknown ca") != std::string::npos)
      return client_not_trusted(options, broker, alert);
    return Error{Errc::unavailable, "no TLS with broker " + broker +
                                        (alert.empty() ? "" : ": " + alert) +
                                        "; is this the TLS port of the broker?"};
  }
  char byte = 0;
  const auto read = [&byte](SSL* from) { return ::SSL_read(from, &byte, 1); };
  if (drive(tls.get(), fd, Clock::now() + kAlertPatience, read) != 0) return std::nullopt;
  const auto alert = last_tls_error();
  if (alert.empty()) return std::nullopt;
  return client_not_trusted(options, broker, alert);
}

Status readable(const std::filesystem::path& path, const char* what) {
  if (path.empty()) return {};
  if (auto content = base::read_file(path); !content)
    return fail(Errc::config, std::string(what) + ": " + content.error().message);
  return {};
}

}  // namespace

std::optional<Error> probe(const Options& options, const std::string& broker) {
  const auto to = base::parse_endpoint(broker);
  if (!to) return to.error();
  const auto socket = connect_tcp(*to, Clock::now() + kProbeTimeout);
  if (!socket)
    return Error{Errc::unavailable,
                 "cannot reach broker " + broker + ": " + socket.error().message};
  if (options.ca_file.empty()) return std::nullopt;
  return probe_tls(options, broker, *to, socket->get());
}

Status check_options(const Options& options) {
  if (options.brokers.empty()) return fail(Errc::config, "no broker is configured");
  for (const auto& broker : options.brokers) {
    if (const auto endpoint = base::parse_endpoint(broker); !endpoint)
      return fail(Errc::config, "broker " + endpoint.error().message);
  }
  MUSTER_TRY(readable(options.ca_file, "CA certificate"));
  MUSTER_TRY(readable(options.certificate_file, "client certificate"));
  MUSTER_TRY(readable(options.key_file, "private key"));
  if (options.certificate_file.empty() != options.key_file.empty())
    return fail(Errc::config,
                "a client certificate needs its private key, and a key its certificate");
  return {};
}

}  // namespace muster::transport::mqtt
