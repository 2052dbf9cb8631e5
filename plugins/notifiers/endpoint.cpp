#include "plugins/notifiers/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "proto/base/names.hpp"

namespace muster::notifiers {
namespace {

constexpr std::size_t kHostMaxBytes = 255;

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._:").find(c) != std::string_view::npos;
}

tl::unexpected<Error> malformed(std::string_view text) {
  return fail(Errc::config, fmt::format("{} is not a server: write HOST or HOST:PORT (1 to 65535)",
                                        base::quoted(text)));
}

}  // namespace

std::string Endpoint::text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return malformed(text);
    host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    has_port = rest.starts_with(':');
    if (!has_port && !rest.empty()) return malformed(text);
    if (has_port) port = rest.substr(1);
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    has_port = true;
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.find(':') != std::string_view::npos) return malformed(text);
  }
  if (host.empty() || host.size() > kHostMaxBytes ||
      !std::all_of(host.begin(), host.end(), host_character))
    return malformed(text);
  Endpoint endpoint{std::string(host), default_port};
  if (!has_port) return endpoint;
  const auto end = port.data() + port.size();
  const auto read = std::from_chars(port.data(), end, endpoint.port);
  if (read.ec != std::errc() || read.ptr != end || endpoint.port == 0) return malformed(text);
  return endpoint;
}

}  // namespace muster::notifiers
