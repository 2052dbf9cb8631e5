#include "proto/base/guard.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <deque>

#include "proto/base/accounts.hpp"

namespace muster::base {
namespace {

namespace fs = std::filesystem;

constexpr int kLinksMax = 40;  // as the kernel's own limit, path_resolution(7)
constexpr mode_t kModeBits = 07777;

class Walk {
 public:
  Walk(fs::path asked, Guard guard, const Trusted& trusted)
      : asked_(std::move(asked)), guard_(guard), trusted_(trusted) {}

  Status run() {
    std::error_code error;
    const auto absolute = fs::absolute(asked_, error);
    if (error) return fail(Errc::io, fmt::format("cannot find {}", asked_.string()));
    return from_root(absolute);
  }

 private:
  Status from_root(const fs::path& path) {
    prepend(path);
    MUSTER_TRY(check_folder("/"));
    while (!left_.empty()) {
      const auto name = left_.front();
      left_.pop_front();
      if (name == "..") at_ = at_.parent_path();
      if (name.empty() || name == "." || name == ".." || name == "/") continue;
      MUSTER_TRY(enter(at_ / name));
    }
    return {};
  }

  // Puts the path's parts in front of what is left; an absolute one begins at / again.
  void prepend(const fs::path& path) {
    if (path.is_absolute()) at_ = "/";
    left_.insert(left_.begin(), path.begin(), path.end());
  }

  Status enter(const fs::path& next) {
    struct stat is {};
    if (::lstat(next.c_str(), &is) != 0) return cannot_read(next);
    if (S_ISLNK(is.st_mode)) return follow(next, is);
    if (left_.empty() && guard_ != Guard::folder) return check_file(next, is);
    at_ = next;
    return check_folder(next);
  }

  // Its own mode means nothing; its owner could point it elsewhere in a folder such as /tmp.
  Status follow(const fs::path& link, const struct stat& is) {
    MUSTER_TRY(check_owner(link, is));
    if (++links_ > kLinksMax)
      return fail(Errc::refused, fmt::format("{} is behind more than {} symbolic links",
                                             asked_.string(), kLinksMax));
    std::error_code error;
    const auto target = fs::read_symlink(link, error);
    if (error) return cannot_read(link);
    prepend(target);
    return {};
  }

  Status check_folder(const fs::path& folder) const {
    struct stat is {};
    if (::lstat(folder.c_str(), &is) != 0) return cannot_read(folder);
    if (!S_ISDIR(is.st_mode))
      return fail(Errc::refused,
                  fmt::format("{} is no folder{}", folder.string(), of_whom(folder)));
    MUSTER_TRY(check_owner(folder, is));
    // Sticky, as /tmp: only its owner can rename or remove what is in it.
    if ((is.st_mode & S_ISVTX) != 0 || !others_write(is)) return {};
    return refuse(folder, is, "others may write", chmod_of(is));
  }

  Status check_file(const fs::path& file, const struct stat& is) const {
    if (!S_ISREG(is.st_mode))
      return fail(Errc::refused, fmt::format("{} is no regular file", file.string()));
    MUSTER_TRY(check_owner(file, is));
    if (guard_ == Guard::program)
      return others_write(is) ? refuse(file, is, "others may write", chmod_of(is)) : Status();
    const auto mode = is.st_mode;
    const bool others = (mode & S_IRWXO) != 0;
    const bool group = (mode & S_IRWXG) != 0 && !group_may_read(file, is);
    if (!others && !group) return {};
    return refuse(file, is, "others may read or write",
                  guard_ == Guard::puppet_key ? "chmod 0640" : "chmod 0600");
  }

  bool group_may_read(const fs::path& file, const struct stat& is) const {
    const bool reads_only = (is.st_mode & (S_IWGRP | S_IXGRP)) == 0;
    if (guard_ == Guard::puppet_key) return reads_only && trusted_group(is.st_gid);
    return reads_only && !trusted_.credentials.empty() &&
           file.parent_path() == trusted_.credentials.lexically_normal();
  }

  bool others_write(const struct stat& is) const {
    return (is.st_mode & S_IWOTH) != 0 ||
           ((is.st_mode & S_IWGRP) != 0 && !trusted_group(is.st_gid));
  }

  bool trusted_group(gid_t group) const {
    if (group == 0) return true;
    if (guard_ == Guard::puppet_key && group == trusted_.puppet_group) return true;
    const auto& groups = trusted_.groups;
    return std::find(groups.begin(), groups.end(), group) != groups.end() ||
           std::any_of(trusted_.users.begin(), trusted_.users.end(),
                       [group](uid_t user) { return private_group(user) == group; });
  }

  Status check_owner(const fs::path& path, const struct stat& is) const {
    const bool puppet = guard_ == Guard::puppet_key && is.st_uid == trusted_.puppet_user;
    const auto& users = trusted_.users;
    if (is.st_uid == 0 || puppet || std::find(users.begin(), users.end(), is.st_uid) != users.end())
      return {};
    const auto self = user_name(users.empty() ? 0 : users.front());
    return refuse(path, is,
                  self == "root" ? "it must belong to root"
                                 : fmt::format("it must belong to {} or root", self),
                  fmt::format("chown {}", S_ISLNK(is.st_mode) ? "-h " + self : self));
  }

  static std::string_view chmod_of(const struct stat& is) {
    if ((is.st_mode & S_IWOTH) == 0) return "chmod g-w";
    return (is.st_mode & S_IWGRP) == 0 ? "chmod o-w" : "chmod go-w";
  }

  // "/a has mode 0777, owner bob, group staff: others may write; run: chmod go-w /a"
  Status refuse(const fs::path& path, const struct stat& is, std::string_view why,
                std::string_view command) const {
    return fail(
        Errc::refused,
        fmt::format("{}{} has mode {:04o}, owner {}, group {}: {}; run: {} {}", path.string(),
                    of_whom(path), is.st_mode & kModeBits, user_name(is.st_uid),
                    group_name(is.st_gid), why, command, path.string()));
  }

  std::string of_whom(const fs::path& path) const {
    return path == asked_ ? "" : fmt::format(", on the way to {},", asked_.string());
  }

  Status cannot_read(const fs::path& path) const {
    const int number = errno;
    return fail(number == ENOENT ? Errc::not_found : Errc::io,
                fmt::format("cannot read {}{}: {}", path.string(), of_whom(path),
                            std::strerror(number)));  // NOLINT(concurrency-mt-unsafe): glibc's is
  }

  const fs::path asked_;
  const Guard guard_;
  const Trusted& trusted_;
  fs::path at_ = "/";
  std::deque<fs::path> left_;
  int links_ = 0;
};

// Who called sudo(8), when this is it.
std::optional<uid_t> sudo_caller() {
  const char* text = std::getenv("SUDO_UID");
  if (text == nullptr || ::geteuid() != 0) return {};
  const std::string_view digits(text);
  const auto* const end = digits.data() + digits.size();
  uid_t user = 0;
  const auto read = std::from_chars(digits.data(), end, user);
  if (read.ec != std::errc() || read.ptr != end) return {};
  return user;
}

Trusted find_trusted(bool with_puppet) {
  Trusted trusted;
  trusted.users.push_back(::geteuid());
  if (const auto caller = sudo_caller()) trusted.users.push_back(*caller);
  const auto puppet = with_puppet ? find_user("puppet") : std::nullopt;
  if (puppet) {
    trusted.puppet_user = puppet->user;
    trusted.puppet_group = puppet->group;
  }
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials != nullptr) trusted.credentials = credentials;
  return trusted;
}

}  // namespace

const Trusted& Trusted::ours(Guard guard) {
  if (guard == Guard::puppet_key) {
    static const Trusted with_puppet = find_trusted(true);
    return with_puppet;
  }
  static const Trusted trusted = find_trusted(false);
  return trusted;
}

Status check_guard(const fs::path& path, Guard guard) {
  return check_guard(path, guard, Trusted::ours(guard));
}

Status check_guard(const fs::path& path, Guard guard, const Trusted& trusted) {
  return Walk(path, guard, trusted).run();
}

}  // namespace muster::base
