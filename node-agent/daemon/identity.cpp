#include "node-agent/daemon/identity.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "proto/base/names.hpp"

namespace muster::agent {
namespace {

std::string fully_qualified(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &raw) != 0) return host;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(raw, &::freeaddrinfo);
  return found->ai_canonname != nullptr ? found->ai_canonname : host;
}

}  // namespace

Result<std::string> find_identity(const std::string& configured) {
  if (!configured.empty()) return configured;
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0 || host[0] == '\0')
    return fail(Errc::config, "this machine has no host name: set 'identity' in the configuration");
  std::string name = host;
  if (name.find('.') == std::string::npos) name = fully_qualified(name);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (auto ok = base::check_identity(name); !ok)
    return fail(ok.error().within(
        "the host name cannot be this node's identity (set 'identity' in the configuration)"));
  return name;
}

}  // namespace muster::agent
