// Plain HTTP to a server that is named by its number: the metadata service of a cloud, which speaks
// no TLS and which no name server needs to know.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plugins/http/request.hpp"
#include "proto/base/result.hpp"

namespace muster::http {

// "http://169.254.169.254", "http://127.0.0.1:8080", "http://[fd00:ec2::254]", with or without a
// '/' behind, which is taken off. Errc::config when it is no such URL; names are not resolved,
// because that may take seconds.
Result<std::string> numeric_server(std::string_view url);

// As Client, without TLS. Not thread-safe; one for each sequence of calls.
class PlainClient {
 public:
  PlainClient();
  ~PlainClient();

  // `request.url` is that of a numeric_server() and a path. Errors as Client::send()'s, but
  // Errc::refused.
  Result<Response> send(const Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::http
