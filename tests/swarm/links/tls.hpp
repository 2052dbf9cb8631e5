// What all links of a swarm share of TLS: one context, instead of one a node, which would be most of a link's memory.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "proto/base/result.hpp"
#include "tests/support/pki/test_pki.hpp"

using SSL_CTX = struct ssl_ctx_st;

namespace muster::swarm {

// A node's key and certificate.
using Pair = test::Holder;

// On one thread: OpenSSL asks for the certificate in the middle of a handshake step, and is given that of the link whose step it
// is.
class Tls {
 public:
  // `ca_file`: PEM, the root of the broker's certificate, which must be for `host`. Errc::config when it cannot be read.
  static Result<std::unique_ptr<Tls>> make(const std::filesystem::path& ca_file,
                                           const std::string& host);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  SSL_CTX* context() const { return context_; }
  // What the handshake steps until the next call show; null: nothing.
  void show(const Pair* pair) {
    shown_ = pair;
    alert_.clear();
  }
  // What the other side's alert said in these steps, as "certificate unknown"; empty: none came.
  const std::string& alert() const { return alert_; }
  void heard(std::string alert) { alert_ = std::move(alert); }
  const Pair* shown() const { return shown_; }

 private:
  explicit Tls(SSL_CTX* context) : context_(context) {}

  SSL_CTX* context_;
  const Pair* shown_ = nullptr;
  std::string alert_;
};

}  // namespace muster::swarm
