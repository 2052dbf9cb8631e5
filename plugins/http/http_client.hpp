// HTTPS requests with verified TLS, small and blocking.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "plugins/http/request.hpp"
#include "proto/base/result.hpp"

namespace muster::http {

// Whom to trust and who to be.
struct Tls {
  std::string ca_pem;  // required: exactly these certificates are trusted, never the system's
  std::filesystem::path certificate_file;  // PEM; both empty: no client certificate
  std::filesystem::path key_file;
  bool operator==(const Tls&) const = default;
};

// Keeps its connection between requests. Redirects are not followed and proxies of the environment
// not used: a CA is asked directly or not at all. Not thread-safe; one for each sequence of calls.
class Client {
 public:
  explicit Client(Tls tls);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Errc::unavailable (not resolved, not reached, broken off), timeout, refused (the server's
  // certificate does not fit ca_pem or the URL), limit (a larger response), invalid_data (no HTTP)
  // or config (our own files, libcurl missing). Messages hold method, URL, reason and what to do.
  Result<Response> send(const Request& request);
  const Tls& tls() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::http
