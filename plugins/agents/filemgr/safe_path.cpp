#include "plugins/agents/filemgr/safe_path.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "proto/base/names.hpp"

namespace muster::plugins::filemgr {
namespace {

Status check(const std::string& path) {
  const auto wrong = [&path](std::string_view why) {
    return fail(Errc::invalid_data, fmt::format("{} {}", base::quoted(path), why));
  };
  if (path.find('\0') != std::string::npos) return wrong("has a NUL byte");
  if (!path.starts_with('/')) return wrong("is not absolute: a path begins with '/'");
  if (path.ends_with('/')) return wrong("names a folder; filemgr works on files alone");
  for (const auto& part : std::filesystem::path(path))
    if (part == "." || part == "..") return wrong("must not have '.' or '..' in it");
  return {};
}

Error cannot_open(const std::string& folder, const std::string& path, int number) {
  if (number == ENOENT || number == ENOTDIR)
    return {Errc::not_found, fmt::format("there is no folder {}", base::quoted(folder))};
  if (number != ELOOP)
    return {number == EACCES ? Errc::refused : Errc::io,
            fmt::format("cannot look into {}: {}", base::quoted(folder), std::strerror(number))};
  std::error_code ignored;
  const auto real = std::filesystem::canonical(folder, ignored);
  const auto instead =
      ignored ? "" : "; give " + (real / std::filesystem::path(path).filename()).string();
  return {Errc::refused, fmt::format("a folder in {} is a symbolic link, which is not followed{}",
                                     base::quoted(path), instead)};
}

}  // namespace

Result<Place> place_of(const std::string& path) {
  MUSTER_TRY(check(path));
  const auto slash = path.rfind('/');
  const auto folder = slash == 0 ? std::string("/") : path.substr(0, slash);
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  base::UniqueFd fd(
      static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, folder.c_str(), &how, sizeof how)));
  if (!fd) return fail(cannot_open(folder, path, errno));
  return Place{std::move(fd), path.substr(slash + 1), path};
}

}  // namespace muster::plugins::filemgr
