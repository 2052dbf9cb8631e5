// Plain HTTP/1.1 to a numeric address: what the metadata service of a cloud needs, without a
// library behind it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::facts {

inline constexpr std::size_t kHttpAnswerMaxBytes = 256 * 1024;

// "http://169.254.169.254", "http://127.0.0.1:8080", "http://[fd00:ec2::254]".
struct HttpServer {
  std::string address;
  std::string port = "80";
  int cancel_fd = -1;  // once it can be read, requests end with Errc::timeout
};

// Errc::config when it is no such URL; names are not resolved, because that may take seconds.
Result<HttpServer> parse_server(std::string_view url);

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// One request on a connection of its own. Errc::unavailable, timeout, limit or invalid_data. Blocks
// until `deadline` at the most.
Result<HttpAnswer> http_request(const HttpServer& server, std::string_view method,
                                std::string_view path, const std::vector<std::string>& headers,
                                std::chrono::steady_clock::time_point deadline);

}  // namespace muster::facts
