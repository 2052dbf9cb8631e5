#include "plugins/agents/puppetca/ca_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {
namespace {

constexpr long kOk = 200;
constexpr long kNoContent = 204;
constexpr long kNotFound = 404;
constexpr std::chrono::milliseconds kRequestTimeout{30'000};
// A Puppet Server with many callers hangs up on some. All that is asked here may be asked twice.
constexpr int kTriesMost = 4;
constexpr std::chrono::milliseconds kTryAgainAfter{250};
// Some 1.2 KB each: a fleet of fifty thousand.
constexpr std::size_t kListMaxBytes = 64 * 1024 * 1024;
constexpr char kStatusPath[] = "/puppet-ca/v1/certificate_status/";

Status check(const http::Response& response, std::string_view what,
             std::initializer_list<long> good) {
  if (std::find(good.begin(), good.end(), response.status) != good.end()) return {};
  return fail(Errc::aborted, fmt::format("{}: the CA answered {}: {}", what, response.status,
                                         base::quoted(response.body)));
}

}  // namespace

Result<CaApi> CaApi::open(const Node& node, http::ClientPool& clients,
                          std::chrono::steady_clock::time_point deadline) {
  const auto& paths = node.puppet();
  http::Tls tls;
  tls.certificate_file = paths.certificate_of(node.identity());
  tls.key_file = paths.private_key_of(node.identity());
  auto ca = base::read_file(paths.cadir / "ca_crt.pem");
  if (!ca) return fail(Error{Errc::config, ca.error().message + "; is puppet.cadir right?"});
  tls.ca_pem = std::move(*ca);
  return CaApi(
      paths.master_url.empty() ? fmt::format("https://{}:8140", node.identity()) : paths.master_url,
      clients.take(std::move(tls)), deadline);
}

Result<http::Response> CaApi::send(const std::string& method, const std::string& path,
                                   const std::string& body, const char* accepts) {
  http::Request request;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - std::chrono::steady_clock::now());
  if (left.count() <= 0)
    return fail(Errc::timeout, fmt::format("no time was left for {} {}{}", method, url_, path));
  request.timeout = std::min(left, kRequestTimeout);
  request.connect_timeout = std::min(request.connect_timeout, request.timeout);
  request.response_max_bytes = kListMaxBytes;
  request.method = method;
  request.url = url_ + path;
  request.body = body;
  request.headers = {accepts};
  if (!body.empty()) request.headers.emplace_back("Content-Type: application/json");
  for (int tries = 1;; ++tries) {
    auto response = client_->send(request);
    const bool lost = !response && response.error().code == Errc::unavailable;
    if (!lost || tries == kTriesMost ||
        std::chrono::steady_clock::now() + kTryAgainAfter * tries >= deadline_)
      return response;
    std::this_thread::sleep_for(kTryAgainAfter * tries);
  }
}

Result<std::vector<CaRecord>> CaApi::list(const std::string& state) {
  const auto path =
      "/puppet-ca/v1/certificate_statuses/all" + (state == "all" ? "" : "?state=" + state);
  MUSTER_ASSIGN(const auto response, send("GET", path));
  MUSTER_TRY(check(response, "GET " + path, {kOk}));
  MUSTER_ASSIGN(auto records, parse_records(response.body, path));
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return records;
}

Result<std::optional<CaRecord>> CaApi::status(const std::string& certname) {
  const auto path = kStatusPath + certname;
  MUSTER_ASSIGN(const auto response, send("GET", path));
  if (response.status == kNotFound) return std::nullopt;
  MUSTER_TRY(check(response, "GET " + path, {kOk}));
  MUSTER_ASSIGN(auto record, parse_record(response.body, path));
  return record;
}

Result<std::string> CaApi::pem(const std::string& path) {
  MUSTER_ASSIGN(auto response, send("GET", path, "", "Accept: text/plain"));
  MUSTER_TRY(check(response, "GET " + path, {kOk}));
  return std::move(response.body);
}

Result<std::string> CaApi::request_pem(const std::string& certname) {
  return pem("/puppet-ca/v1/certificate_request/" + certname);
}

Result<std::string> CaApi::certificate_pem(const std::string& certname) {
  return pem("/puppet-ca/v1/certificate/" + certname);
}

Status CaApi::sign(const std::string& certname) {
  const auto path = kStatusPath + certname;
  MUSTER_ASSIGN(const auto response, send("PUT", path, R"({"desired_state":"signed"})"));
  return check(response, "PUT " + path, {kOk, kNoContent});
}

Status CaApi::revoke(const std::string& certname) {
  const auto path = kStatusPath + certname;
  MUSTER_ASSIGN(const auto response, send("PUT", path, R"({"desired_state":"revoked"})"));
  return check(response, "PUT " + path, {kOk, kNoContent});
}

Status CaApi::remove(const std::string& certname) {
  const auto path = kStatusPath + certname;
  MUSTER_ASSIGN(const auto response, send("DELETE", path));
  return check(response, "DELETE " + path, {kOk, kNoContent, kNotFound});
}

Result<std::string> CaApi::server_state() {
  MUSTER_ASSIGN(auto response, send("GET", "/status/v1/simple"));
  return std::move(response.body);
}

}  // namespace muster::plugins::puppetca
