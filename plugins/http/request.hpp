// What is asked over HTTP, and what came back.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace muster::http {

inline constexpr std::size_t kResponseMaxBytes = 4 * 1024 * 1024;

struct Request {
  std::string method = "GET";
  std::string url;                   // https for a Client, http for a PlainClient
  std::vector<std::string> headers;  // "Content-Type: text/plain"
  std::string body;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};  // of the whole request; must be above 0
  std::size_t response_max_bytes = kResponseMaxBytes;
  // Borrowed: once it can be read, the request ends with Errc::timeout. -1: nothing ends it early.
  int cancel_fd = -1;
};

struct Response {
  long status = 0;  // whatever the server said: 404 is an answer, not an error
  std::string body;
};

}  // namespace muster::http
