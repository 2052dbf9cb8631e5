// HTTPS requests with verified TLS, small and blocking.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::http {

inline constexpr std::size_t kResponseMaxBytes = 4 * 1024 * 1024;

// Whom to trust and who to be.
struct Tls {
  std::string ca_pem;  // required: exactly these certificates are trusted, never the system's
  std::filesystem::path certificate_file;  // PEM; both empty: no client certificate
  std::filesystem::path key_file;
  bool operator==(const Tls&) const = default;
};

struct Request {
  std::string method = "GET";
  std::string url;                   // https only
  std::vector<std::string> headers;  // "Content-Type: text/plain"
  std::string body;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};  // of the whole request
  std::size_t response_max_bytes = kResponseMaxBytes;
};

struct Response {
  long status = 0;  // whatever the server said: 404 is an answer, not an error
  std::string body;
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
  // certificate does not fit ca_pem or the URL), limit (a larger response) or config (our own
  // files, libcurl missing). Messages hold method, URL, reason and what to do.
  Result<Response> send(const Request& request);
  const Tls& tls() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::http
