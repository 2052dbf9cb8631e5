#include "node-agent/daemon/identity.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "node-agent/daemon/node_signer.hpp"
#include "proto/base/files.hpp"
#include "proto/base/host_name.hpp"
#include "proto/base/names.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::agent {
namespace {

std::string fully_qualified(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &raw) != 0) return host;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(raw, &::freeaddrinfo);
  // Some give their own name to 127.0.0.1, behind localhost.
  if (found->ai_canonname == nullptr || is_placeholder(found->ai_canonname)) return host;
  return found->ai_canonname;
}

std::filesystem::path identity_file(const AgentConfig& config) {
  return config.state_folder / "identity";
}

// The name this node has joined with, when its certificate is good; else nothing.
std::string joined_as(const AgentConfig& config, std::int64_t now_ms) {
  const auto content = base::read_file(identity_file(config));
  if (!content) return "";
  const auto name = content->substr(0, content->find('\n'));
  if (!content->ends_with('\n') || !base::check_identity(name)) {
    (void)base::put_aside(identity_file(config), {"name this node has joined with",
                                                  "its host's name counts", "it is no line"});
    return "";
  }
  return node_signer(config.puppet, name, now_ms) ? name : "";
}

// A name that somebody has written down.
Result<std::string> chosen(std::string_view where, const std::string& name) {
  if (is_placeholder(name))
    return fail(Errc::config,
                fmt::format("{} is {}, which is every machine's name; set one of this node's",
                            where, base::quoted(name)));
  if (auto ok = base::check_identity(name); !ok)
    return fail(Errc::config,
                fmt::format("{} cannot be this node's identity: {}", where, ok.error().message));
  return name;
}

}  // namespace

bool is_placeholder(std::string_view name) {
  const auto host = name.substr(0, name.find('.'));
  if (host.empty() || host == "(none)") return true;
  return std::any_of(base::kPlaceholderHosts.begin(), base::kPlaceholderHosts.end(),
                     [&](std::string_view placeholder) {
                       return std::equal(
                           host.begin(), host.end(), placeholder.begin(), placeholder.end(),
                           [](unsigned char a, char b) { return std::tolower(a) == b; });
                     });
}

Result<std::string> find_identity(const AgentConfig& config) {
  if (!config.identity.empty()) return chosen("'identity'", config.identity);
  if (!config.puppet.certname.empty())
    return chosen("puppet.conf's 'certname'", config.puppet.certname);
  const auto host = base::host_name();
  if (is_placeholder(host))
    return fail(Errc::unavailable,
                fmt::format("this machine has no name of its own yet (it is {}): name it, or set "
                            "'identity' in the configuration",
                            base::quoted(host)));
  std::string name = host;
  if (name.find('.') == std::string::npos) name = fully_qualified(name);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (auto ok = base::check_identity(name); !ok)
    return fail(ok.error().within(
        "the host name cannot be this node's identity (set 'identity' in the configuration)"));
  return name;
}

Result<std::string> node_identity(const AgentConfig& config, std::int64_t now_ms) {
  auto found = find_identity(config);
  if (!config.identity.empty()) return found;
  auto joined = joined_as(config, now_ms);
  return joined.empty() ? found : joined;
}

Status remember_identity(const AgentConfig& config, const std::string& identity) {
  const auto file = identity_file(config);
  const auto line = identity + "\n";
  if (const auto known = base::read_file(file); known && *known == line) return {};
  return base::write_file(file, line);
}

bool has_joined(const AgentConfig& config) {
  std::error_code ignored;
  return std::filesystem::exists(identity_file(config), ignored);
}

}  // namespace muster::agent
