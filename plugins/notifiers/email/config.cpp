#include "plugins/notifiers/email/config.hpp"

#include <fmt/format.h>

#include "plugins/notifiers/email/address.hpp"
#include "plugins/notifiers/secret.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::notifiers::email {
namespace {

constexpr std::int64_t kTimeoutMostS = 30;

Result<Tls> tls_from(const std::string& word) {
  if (word == "required") return Tls::required;
  if (word == "optional") return Tls::optional;
  if (word == "none") return Tls::none;
  return fail(Errc::config, fmt::format("unknown word {}{}", base::quoted(word),
                                        base::hint_for(word, {"required", "optional", "none"})));
}

Status check_server(std::string_view server) {
  const auto separator = server.find("://");
  const auto scheme = server.substr(0, separator);
  if (separator == std::string_view::npos || (scheme != "smtp" && scheme != "smtps"))
    return fail(Errc::config,
                fmt::format("{} is not a mail server: write smtp://HOST:PORT or smtps://HOST:PORT",
                            base::quoted(server)));
  if (const auto parsed = base::parse_endpoint(server.substr(separator + 3), 25); !parsed)
    return fail(parsed.error());
  return {};
}

}  // namespace

void read(base::StrictMap& map, Config& out) {
  map.text("server", out.server);
  if (map.has("server"))
    if (const auto ok = check_server(out.server); !ok) map.complain("server", ok.error().message);
  map.text("from", out.from);
  if (map.has("from"))
    if (const auto ok = check_address(out.from); !ok) map.complain("from", ok.error().message);
  std::string tls = "required";
  map.text("tls", tls);
  if (const auto parsed = tls_from(tls))
    out.tls = *parsed;
  else
    map.complain("tls", parsed.error().message);
  map.path("ca_file", out.ca_file);
  map.text("user", out.user);
  map.path("password_file", out.password_file);
  std::int64_t timeout_s = out.timeout.count() / 1000;
  map.integer("timeout_s", timeout_s, 1, kTimeoutMostS);
  out.timeout = std::chrono::seconds(timeout_s);
}

Status check(const Config& config) {
  if (config.server.empty())
    return fail(Errc::config, "'email' has no 'server': write server: smtp://HOST:PORT");
  MUSTER_TRY(check_server(config.server));
  if (config.from.empty())
    return fail(Errc::config, "'email' has no 'from': write the sender's address");
  MUSTER_TRY(check_address(config.from));
  const bool implicit_tls = config.server.starts_with("smtps://");
  if (implicit_tls && config.tls != Tls::required)
    return fail(Errc::config,
                "'email': an smtps:// server is always encrypted; 'tls' must be 'required'");
  if (!config.ca_file.empty()) MUSTER_TRY(check_readable("'email' ca_file", config.ca_file));
  if (config.user.empty() != config.password_file.empty())
    return fail(Errc::config,
                "'email': 'user' and 'password_file' go together; one of them is missing");
  if (config.user.empty()) return {};
  if (config.tls != Tls::required)
    return fail(Errc::config,
                "'email': with a 'user', 'tls' must be 'required': the password would travel "
                "in clear text");
  if (const auto secret = read_secret(config.password_file); !secret)
    return fail(secret.error().within("'email'"));
  return {};
}

}  // namespace muster::notifiers::email
