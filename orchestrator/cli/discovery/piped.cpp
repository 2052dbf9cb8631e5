#include "orchestrator/cli/discovery/piped.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <string>

#include "proto/base/files.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

// The fifth field of /proc/PID/stat, behind a name that may hold anything; see proc(5).
pid_t process_group_of(const fs::path& process) {
  const auto stat = base::read_file(process / "stat");
  if (!stat) return -1;
  const auto name_end = stat->rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= stat->size()) return -1;
  const auto parent = stat->find(' ', name_end + 4);  // behind ") S "
  if (parent == std::string::npos) return -1;
  pid_t group = -1;
  std::from_chars(stat->data() + parent + 1, stat->data() + stat->size(), group);
  return group;
}

bool holds(const fs::path& process, const std::string& pipe) {
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(process / "fd", unreadable)) {
    std::error_code gone;
    if (fs::read_symlink(entry.path(), gone) == pipe) return true;
  }
  return false;
}

bool own_group_holds(ino_t inode) {
  const auto pipe = fmt::format("pipe:[{}]", inode);
  const auto ours = ::getpgrp();
  const auto self = std::to_string(::getpid());
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator("/proc", unreadable)) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos || name == self) continue;
    if (process_group_of(entry.path()) == ours && holds(entry.path(), pipe)) return true;
  }
  return false;
}

}  // namespace

bool names_are_piped(int fd, std::chrono::milliseconds patience) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return false;
  const bool socket = S_ISSOCK(about.st_mode);
  if (!socket && !S_ISFIFO(about.st_mode)) return false;
  pollfd waiting{fd, POLLIN, 0};
  const auto ready = [&](std::chrono::milliseconds time) {
    return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
  };
  if (socket) {
    char byte = 0;
    return ready(patience) && ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  using std::chrono_literals::operator""ms;
  return ready(0ms) || own_group_holds(about.st_ino) || ready(patience);
}

}  // namespace muster::cli
