#include "plugins/notifiers/xmpp/config.hpp"

#include "plugins/notifiers/secret.hpp"
#include "plugins/notifiers/xmpp/address.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"

namespace muster::notifiers::xmpp {
namespace {

constexpr std::int64_t kTimeoutMostS = 30;
}  // namespace

void read(base::StrictMap& map, Config& out) {
  map.text("account", out.account);
  if (map.has("account"))
    if (const auto ok = check_address(out.account); !ok)
      map.complain("account", ok.error().message);
  map.path("password_file", out.password_file);
  map.text("server", out.server);
  if (map.has("server"))
    if (const auto ok = base::parse_endpoint(out.server, kClientPort); !ok)
      map.complain("server", ok.error().message);
  map.path("ca_file", out.ca_file);
  map.text("nick", out.nick);
  if (const auto ok = base::check_caller(out.nick); !ok) map.complain("nick", ok.error().message);
  map.path("room_password_file", out.room_password_file);
  std::int64_t timeout_s = out.timeout.count() / 1000;
  map.integer("timeout_s", timeout_s, 1, kTimeoutMostS);
  out.timeout = std::chrono::seconds(timeout_s);
}

Status check(const Config& config) {
  if (config.account.empty())
    return fail(Errc::config, "'xmpp' has no 'account': write account: name@domain");
  MUSTER_TRY(check_address(config.account));
  if (config.password_file.empty())
    return fail(Errc::config,
                "'xmpp' has no 'password_file': name the file that holds the account's password");
  if (const auto secret = read_secret(config.password_file); !secret)
    return fail(secret.error().within("'xmpp'"));
  if (!config.server.empty()) MUSTER_TRY(base::parse_endpoint(config.server, kClientPort));
  if (!config.ca_file.empty()) MUSTER_TRY(check_readable("'xmpp' ca_file", config.ca_file));
  if (config.room_password_file.empty()) return {};
  if (const auto secret = read_secret(config.room_password_file); !secret)
    return fail(secret.error().within("'xmpp' room_password_file"));
  return {};
}

}  // namespace muster::notifiers::xmpp
