// A master's own CA over HTTP, with the master's own certificate (its extension pp_cli_auth allows
// that).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "plugins/agents/puppetca/ca_records.hpp"
#include "plugins/api/node.hpp"
#include "plugins/http/client_pool.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppetca {

// Every call blocks until its deadline at most. Not thread-safe; one for each action.
class CaApi {
 public:
  // Errc::config when certificate, key or CA of the master cannot be read.
  static Result<CaApi> open(const Node& node, http::ClientPool& clients,
                            std::chrono::steady_clock::time_point deadline);

  // `state`: all, requested, signed or revoked. Sorted by name.
  Result<std::vector<CaRecord>> list(const std::string& state);
  // Nothing when the CA has neither certificate nor request.
  Result<std::optional<CaRecord>> status(const std::string& certname);
  // PEM; Errc::aborted when the CA has none under that name.
  Result<std::string> request_pem(const std::string& certname);
  Result<std::string> certificate_pem(const std::string& certname);
  // Errc::aborted, with what the CA says, when it does not sign.
  Status sign(const std::string& certname);
  // Revokes the certificate that signed/NAME.pem holds. Not `PUT /clean`, which takes no lock in
  // Puppet Server 7.9.5 and loses revocations. Not proof: see the revocation list.
  Status revoke(const std::string& certname);
  // Removes what is left: a request, or a certificate without revoking it.
  Status remove(const std::string& certname);
  // What /status/v1/simple says: "running", "starting" …
  Result<std::string> server_state();

 private:
  CaApi(std::string url, http::ClientPool::Loan client,
        std::chrono::steady_clock::time_point deadline)
      : url_(std::move(url)), deadline_(deadline), client_(std::move(client)) {}
  Result<http::Response> send(const std::string& method, const std::string& path,
                              const std::string& body = "",
                              const char* accepts = "Accept: application/json");
  Result<std::string> pem(const std::string& path);

  std::string url_;
  std::chrono::steady_clock::time_point deadline_;
  http::ClientPool::Loan client_;
};

}  // namespace muster::plugins::puppetca
