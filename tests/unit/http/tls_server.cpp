#include "tests/unit/http/tls_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <csignal>
#include <memory>
#include <stdexcept>

namespace muster::http {
namespace {

constexpr int kPollMs = 20;

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

std::size_t body_bytes(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

// Head and body of one request; empty when the client is gone.
std::string read_request(SSL* ssl) {
  std::string request;
  for (;;) {
    const auto head_end = request.find("\r\n\r\n");
    if (head_end != std::string::npos && request.size() >= head_end + 4 + body_bytes(request))
      return request;
    char chunk[4096];
    const int got = SSL_read(ssl, chunk, sizeof chunk);
    if (got <= 0) return "";
    request.append(chunk, static_cast<std::size_t>(got));
  }
}

std::string client_of(SSL* ssl) {
  X509* raw = SSL_get1_peer_certificate(ssl);
  if (raw == nullptr) return "nobody";
  return x509::Certificate(std::shared_ptr<X509>(raw, X509_free)).common_name();
}

}  // namespace

TlsServer::TlsServer(const test::Holder& own, const test::TestCa& client_ca, Handler handler)
    : context_(SSL_CTX_new(TLS_server_method())),
      handler_(std::move(handler)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ::signal(SIGPIPE, SIG_IGN);
  SSL_CTX_use_certificate(context_, own.certificate.get());
  SSL_CTX_use_PrivateKey(context_, own.key.get());
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), client_ca.certificate().get());
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  // Whoever asks for client certificates must name its sessions, or none can be resumed.
  static constexpr unsigned char kName[] = "test";
  SSL_CTX_set_session_id_context(context_, kName, sizeof kName);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    throw std::runtime_error("cannot listen on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TlsServer::~TlsServer() {
  stopping_ = true;
  thread_.join();
  SSL_CTX_free(context_);
}

std::string TlsServer::url(const std::string& path, const std::string& host) const {
  return fmt::format("https://{}:{}{}", host, port_, path);
}

void TlsServer::run() {
  while (!stopping_) {
    pollfd waiting{listener_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, kPollMs) <= 0) continue;
    const base::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) continue;
    ++connections_;
    serve(fd.get());
  }
}

void TlsServer::serve(int fd) {
  const std::unique_ptr<SSL, FreeSsl> ssl(SSL_new(context_));
  SSL_set_fd(ssl.get(), fd);
  if (SSL_accept(ssl.get()) != 1) return;
  while (!stopping_) {
    pollfd waiting{fd, POLLIN, 0};
    if (SSL_pending(ssl.get()) == 0 && ::poll(&waiting, 1, kPollMs) == 0) continue;
    const auto request = read_request(ssl.get());
    if (request.empty()) return;
    const auto answer = handler_(request + "\r\nClient: " + client_of(ssl.get()));
    if (SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size())) <= 0) return;
  }
}

}  // namespace muster::http
