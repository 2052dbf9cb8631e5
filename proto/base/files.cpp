#include "proto/base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "proto/base/encoding.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::base {
namespace {

tl::unexpected<Error> os_error(std::string_view doing, const std::filesystem::path& path) {
  const int number = errno;
  return fail(number == ENOENT ? Errc::not_found : Errc::io,
              fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(number)));
}

Status write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const auto wrote = ::write(fd, content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return os_error("write", path);
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fsync(fd) != 0) return os_error("flush", path);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return os_error("read", path);
  std::string content;
  char chunk[16384];
  for (;;) {
    const auto got = ::read(fd.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error("read", path);
    if (got == 0) return content;
    content.append(chunk, static_cast<std::size_t>(got));
    if (content.size() > max_bytes)
      return fail(Errc::limit,
                  fmt::format("{} is larger than the limit of {} bytes", path.string(), max_bytes));
  }
}

Status write_file(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  MUSTER_TRY(make_folder(folder));
  const auto temporary = folder / fmt::format(".{}.{}", path.filename().string(), random_id());
  {
    const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) return os_error("write", path);
    ::fchmod(fd.get(), mode);  // the umask must not decide
    if (auto wrote = write_all(fd.get(), content, path); !wrote) {
      ::unlink(temporary.c_str());
      return wrote;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    auto error = os_error("replace", path);
    ::unlink(temporary.c_str());
    return error;
  }
  const UniqueFd dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir) ::fsync(dir.get());
  return {};
}

Status make_folder(const std::filesystem::path& path, mode_t mode) {
  std::error_code unreadable;  // mkdir(2) below says why
  if (path.empty() || std::filesystem::is_directory(path, unreadable)) return {};
  if (path.has_parent_path() && path.parent_path() != path)
    MUSTER_TRY(make_folder(path.parent_path()));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return os_error("make folder", path);
  return {};
}

}  // namespace muster::base
