// The part of a Puppet CA's HTTP API that a node without a certificate may use.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "plugins/http/client_pool.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::provision {

// Every call blocks until its deadline at most; errors name URL and reason. Not thread-safe.
class CaClient {
 public:
  // `url` as "https://puppet:8140"; only servers with a certificate under `ca_pem` are believed.
  CaClient(std::string url, http::ClientPool& clients, std::string ca_pem,
           std::chrono::steady_clock::time_point deadline);

  // PEM; nothing when the CA has none under that name.
  Result<std::optional<std::string>> certificate(const std::string& name);
  Result<std::optional<std::string>> pending_request(const std::string& name);
  Result<std::string> ca_certificates();
  Result<std::string> revocation_list();
  // Errc::aborted, with what the CA says, when it does not take the request.
  Status put_request(const std::string& name, const std::string& pem);

 private:
  Result<http::Response> send(std::string method, const std::string& path, std::string body = "");
  Result<std::optional<std::string>> get(const std::string& path);
  Result<std::string> must_get(const std::string& path);

  const std::string url_;
  const std::chrono::steady_clock::time_point deadline_;
  http::ClientPool::Loan client_;
};

}  // namespace muster::plugins::provision
