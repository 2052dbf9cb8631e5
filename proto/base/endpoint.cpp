#include "proto/base/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "proto/base/names.hpp"

namespace muster::base {
namespace {

constexpr std::size_t kHostMaxBytes = 253;  // RFC 1035, 2.3.4, without the root's dot

bool is_ipv6(std::string_view text) {
  in6_addr address;
  const auto zone = text.find('%');  // fe80::1%eth0
  return ::inet_pton(AF_INET6, std::string(text.substr(0, zone)).c_str(), &address) == 1;
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= kHostMaxBytes &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' ||
                  c == '_';
         });
}

}  // namespace

std::string Endpoint::text() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  auto host = text.substr(0, std::min(colon, text.size()));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  Endpoint endpoint;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
  const bool number =
      error == std::errc() && end == digits.data() + digits.size() && endpoint.port > 0;
  if (!number || !(bracketed ? is_ipv6(host) : is_host(host)))
    return fail(
        Errc::invalid_data,
        fmt::format("{} is not host:port, such as broker.example:8883 or [2001:db8::1]:8883",
                    quoted(text)));
  endpoint.host = host;
  return endpoint;
}

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  const bool bracketed = text.starts_with('[');
  const bool has_port = bracketed ? text.find("]:") != std::string_view::npos
                                  : text.find(':') != std::string_view::npos;
  if (auto endpoint =
          parse_endpoint(has_port ? std::string(text) : fmt::format("{}:{}", text, default_port)))
    return endpoint;
  return fail(Errc::config, fmt::format("{} is not a server: write HOST or HOST:PORT (1 to 65535)",
                                        quoted(text)));
}

}  // namespace muster::base
