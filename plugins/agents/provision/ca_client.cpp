#include "plugins/agents/provision/ca_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::plugins::provision {
namespace {

constexpr long kOk = 200;
constexpr long kNotFound = 404;
constexpr std::chrono::milliseconds kRequestTimeout{30'000};

tl::unexpected<Error> unexpected_answer(std::string_view what, const http::Response& response) {
  return fail(Errc::aborted, fmt::format("{}: the CA answered {}: {}", what, response.status,
                                         base::quoted(response.body)));
}

}  // namespace

CaClient::CaClient(std::string url, http::ClientPool& clients, std::string ca_pem,
                   std::chrono::steady_clock::time_point deadline)
    : url_(std::move(url) + "/puppet-ca/v1/"),
      deadline_(deadline),
      client_(clients.take({std::move(ca_pem), {}, {}})) {}

Result<http::Response> CaClient::send(std::string method, const std::string& path,
                                      std::string body) {
  http::Request request;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - std::chrono::steady_clock::now());
  if (left.count() <= 0)
    return fail(Errc::timeout, fmt::format("no time was left for {} {}", method, path));
  request.timeout = std::min(left, kRequestTimeout);
  request.connect_timeout = std::min(request.connect_timeout, request.timeout);
  request.method = std::move(method);
  request.url = url_ + path;
  if (!body.empty()) request.headers = {"Content-Type: text/plain"};
  request.body = std::move(body);
  return client_->send(request);
}

Result<std::optional<std::string>> CaClient::get(const std::string& path) {
  MUSTER_ASSIGN(auto response, send("GET", path));
  if (response.status == kNotFound) return std::nullopt;
  if (response.status != kOk) return unexpected_answer("GET " + url_ + path, response);
  return std::move(response.body);
}

Result<std::string> CaClient::must_get(const std::string& path) {
  MUSTER_ASSIGN(auto found, get(path));
  if (!found) return fail(Errc::not_found, fmt::format("GET {}{}: the CA has none", url_, path));
  return std::move(*found);
}

Result<std::optional<std::string>> CaClient::certificate(const std::string& name) {
  return get("certificate/" + name);
}

Result<std::optional<std::string>> CaClient::pending_request(const std::string& name) {
  return get("certificate_request/" + name);
}

Result<std::string> CaClient::ca_certificates() {
  return must_get("certificate/ca");
}

Result<std::string> CaClient::revocation_list() {
  return must_get("certificate_revocation_list/ca");
}

Status CaClient::put_request(const std::string& name, const std::string& pem) {
  MUSTER_ASSIGN(const auto response, send("PUT", "certificate_request/" + name, pem));
  if (response.status != kOk)
    return unexpected_answer("PUT " + url_ + "certificate_request/" + name, response);
  return {};
}

}  // namespace muster::plugins::provision
