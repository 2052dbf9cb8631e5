#include "plugins/http/plain_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "plugins/http/transfer.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"

namespace muster::http {
namespace {

constexpr std::string_view kScheme = "http://";

bool is_number(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// As far as the path, with the port that http means when none is written.
Result<base::Endpoint> endpoint_of(std::string_view url) {
  const auto server = url.substr(0, std::min(url.find('/', kScheme.size()), url.size()));
  const auto text = std::string(server.substr(std::min(kScheme.size(), server.size())));
  const auto digits = text.find_last_not_of("0123456789");
  const bool port = digits != std::string::npos && text[digits] == ':' && digits + 1 < text.size();
  auto endpoint = base::parse_endpoint(port ? text : text + ":80");
  if (url.starts_with(kScheme) && endpoint && is_number(endpoint->host)) return endpoint;
  return fail(Errc::config, fmt::format("{} is not of the form http://ADDRESS[:PORT], where the "
                                        "address is a number, as in http://169.254.169.254",
                                        base::quoted(url)));
}

}  // namespace

Result<std::string> numeric_server(std::string_view url) {
  if (url.ends_with('/')) url.remove_suffix(1);
  MUSTER_ASSIGN(const auto endpoint, endpoint_of(url));
  if (url.find('/', kScheme.size()) != std::string_view::npos)
    return fail(Errc::config, fmt::format("{} names a path; only http://ADDRESS[:PORT] is taken",
                                          base::quoted(url)));
  return std::string(url);
}

struct PlainClient::Impl {
  Result<Response> send(const Request& request) {
    MUSTER_TRY(endpoint_of(request.url));
    MUSTER_TRY(transfer.prepare());
    return transfer.send(request, "http");
  }

  Transfer transfer;
};

PlainClient::PlainClient() : impl_(std::make_unique<Impl>()) {}
PlainClient::~PlainClient() = default;

Result<Response> PlainClient::send(const Request& request) {
  auto response = impl_->send(request);
  if (response) return response;
  return fail(response.error().within(fmt::format("{} {}", request.method, request.url)));
}

}  // namespace muster::http
