#include "plugins/notifiers/secret.hpp"

#include <fmt/format.h>

#include "proto/base/files.hpp"
#include "proto/base/secret_file.hpp"

namespace muster::notifiers {

Result<std::string> read_secret(const std::filesystem::path& path) {
  const auto content = base::read_secret(path, base::Guard::secret, kSecretMaxBytes);
  if (!content) return fail(Errc::config, "password file: " + content.error().message);
  std::string secret = content->text();
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty())
    return fail(Errc::config, fmt::format("password file {} is empty", path.string()));
  for (const char c : secret)
    if (static_cast<unsigned char>(c) < 0x20)
      return fail(Errc::config, fmt::format("password file {} holds more than one line or control "
                                            "characters; it must hold the password alone",
                                            path.string()));
  return secret;
}

Status check_readable(std::string_view what, const std::filesystem::path& path) {
  if (const auto content = base::read_file(path); !content)
    return fail(Errc::config, fmt::format("{}: {}", what, content.error().message));
  return {};
}

}  // namespace muster::notifiers
