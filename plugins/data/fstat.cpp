#include "plugins/data/fstat.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "plugins/data/md5.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::data {
namespace {

Value absent(const std::string& name) {
  return {{"name", name},       {"output", "not present"},
          {"present", 0},       {"type", "unknown"},
          {"mode", "0000"},     {"size", 0},
          {"md5", 0},           {"uid", 0},
          {"gid", 0},           {"mtime", 0},
          {"ctime", 0},         {"atime", 0},
          {"mtime_seconds", 0}, {"ctime_seconds", 0},
          {"atime_seconds", 0}, {"mtime_age", 0},
          {"ctime_age", 0},     {"atime_age", 0}};
}

const char* type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "directory";
    case S_IFREG:
      return "file";
    case S_IFLNK:
      return "symlink";
    case S_IFSOCK:
      return "socket";
    case S_IFCHR:
      return "chardev";
    case S_IFBLK:
      return "blockdev";
    default:
      return "unknown";
  }
}

void add_time(Value& data, const std::string& name, std::time_t at, std::time_t now) {
  std::tm local{};
  ::localtime_r(&at, &local);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%F %T", &local);
  data[name] = std::string(text.data(), length);
  data[name + "_seconds"] = at;
  data[name + "_age"] = now - at;
}

// Every user may come to it, whatever links lead there, and read it.
bool everybody_may_read(const std::filesystem::path& file) {
  std::error_code problem;
  auto at = std::filesystem::canonical(file, problem);
  if (problem) return false;
  struct stat is {};
  if (::stat(at.c_str(), &is) != 0 || (is.st_mode & S_IROTH) == 0) return false;
  while (at != at.root_path()) {
    at = at.parent_path();
    if (::stat(at.c_str(), &is) != 0 || (is.st_mode & S_IXOTH) == 0) return false;
  }
  return true;
}

void add_md5(Value& data, const std::string& name, Md5Of of) {
  if (of == Md5Of::public_files && !everybody_may_read(name)) {
    data["output"] = "present; no MD5, as not everybody may read it";
    return;
  }
  if (const auto digest = md5_of(name, of == Md5Of::public_files))
    data["md5"] = *digest;
  else
    data["output"] = "present; " + digest.error().message;
}

}  // namespace

Result<Value> file_status(const std::string& name, Md5Of md5) {
  auto data = absent(name);
  struct stat target {};
  struct stat itself {};
  if (::stat(name.c_str(), &target) != 0 || ::lstat(name.c_str(), &itself) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return data;
    return fail(errno == EACCES ? Errc::refused : Errc::io,
                fmt::format("cannot look at {}: {}", base::quoted(name), std::strerror(errno)));
  }
  data["output"] = "present";
  data["present"] = 1;
  data["type"] = type_of(itself.st_mode);
  data["mode"] = fmt::format("{:o}", itself.st_mode);
  data["size"] = itself.st_size;
  data["uid"] = itself.st_uid;
  data["gid"] = itself.st_gid;
  const auto now = std::time(nullptr);
  add_time(data, "mtime", itself.st_mtime, now);
  add_time(data, "ctime", itself.st_ctime, now);
  add_time(data, "atime", itself.st_atime, now);
  if (!S_ISREG(itself.st_mode)) return data;
  if (itself.st_size > static_cast<off_t>(kMd5MaxBytes))
    data["output"] = "present; too large for an MD5";
  else
    add_md5(data, name, md5);
  return data;
}

}  // namespace muster::plugins::data
