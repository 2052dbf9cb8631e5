// An HTTPS server for one test: real TLS on a free port of 127.0.0.1, answers as the test wants
// them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "proto/base/unique_fd.hpp"
#include "tests/support/pki/test_pki.hpp"

using SSL_CTX = struct ssl_ctx_st;

namespace muster::http {

class TlsServer {
 public:
  // Gets a request's head and body with a line "Client: COMMON-NAME" after it, gives the whole
  // answer.
  using Handler = std::function<std::string(const std::string& request)>;

  TlsServer(const test::Holder& own, const test::TestCa& client_ca, Handler handler);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& path, const std::string& host = "localhost") const;
  int connections() const { return connections_; }

 private:
  void run();
  void serve(int fd);

  SSL_CTX* context_;
  const Handler handler_;
  base::UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace muster::http
