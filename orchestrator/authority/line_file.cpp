#include "orchestrator/authority/line_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "proto/base/unique_fd.hpp"

namespace muster::authority {
namespace {

tl::unexpected<Error> cannot(std::string_view doing, const std::filesystem::path& file) {
  return fail(Errc::io,
              fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

// Whether what stands there ends with a whole line.
bool ends_whole(int list, off_t size) {
  char last = '\n';
  return size == 0 || (::pread(list, &last, 1, size - 1) == 1 && last == '\n');
}

}  // namespace

Status append_line(const std::filesystem::path& file, std::string_view line,
                   std::size_t max_bytes) {
  const base::UniqueFd list(
      ::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!list || ::flock(list.get(), LOCK_EX) != 0) return cannot("open", file);
  struct stat about {};
  if (::fstat(list.get(), &about) != 0) return cannot("look at", file);
  const auto text = fmt::format("{}{}\n", ends_whole(list.get(), about.st_size) ? "" : "\n", line);
  if (static_cast<std::size_t>(about.st_size) + text.size() > max_bytes)
    return fail(Errc::limit, fmt::format("{} has reached {} bytes; move it to an archive",
                                         file.string(), max_bytes));
  if (::write(list.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(list.get()) != 0)
    return cannot("write", file);
  return {};
}

}  // namespace muster::authority
