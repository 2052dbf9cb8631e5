#include "proto/base/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>

#include "proto/base/unique_fd.hpp"

namespace muster::base {
namespace {

tl::unexpected<Error> cannot_read(const std::filesystem::path& path) {
  const int number = errno;
  return fail(number == ENOENT ? Errc::not_found : Errc::io,
              fmt::format("cannot read {}: {}", path.string(), std::strerror(number)));
}

}  // namespace

void wipe(std::string& secret) {
  ::explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

Secret::Secret(Secret&& other) noexcept {
  text_.swap(other.text_);
  // A short text lies within the string itself, and is left there by a move.
  wipe(other.text_);
}

Result<Secret> read_secret(const std::filesystem::path& path, Guard guard, std::size_t max_bytes) {
  MUSTER_TRY(check_guard(path, guard));
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return cannot_read(path);
  // As large as it may become at once: growing would leave copies behind.
  std::string text(max_bytes + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::read(fd.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  Secret secret(text.substr(0, std::min(have, max_bytes)));
  wipe(text);
  if (have > max_bytes)
    return fail(Errc::limit,
                fmt::format("{} is larger than the limit of {} bytes", path.string(), max_bytes));
  return secret;
}

}  // namespace muster::base
