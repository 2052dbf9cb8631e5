#include "proto/audit/audit_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "proto/base/files.hpp"

namespace muster::audit {
namespace {

std::string why() {
  return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is
}

}  // namespace

AuditFile::AuditFile(std::filesystem::path path, std::uint64_t max_bytes, int keep)
    : path_(std::move(path)), max_bytes_(max_bytes), keep_(keep) {}

bool AuditFile::is_still_there() const {
  struct stat named {};
  struct stat held {};
  return fd_ && ::stat(path_.c_str(), &named) == 0 && ::fstat(fd_.get(), &held) == 0 &&
         named.st_ino == held.st_ino && named.st_dev == held.st_dev;
}

Status AuditFile::reopen() {
  fd_.reset();
  if (path_.has_parent_path()) MUSTER_TRY(base::make_folder(path_.parent_path(), kFolderMode));
  fd_ = base::UniqueFd(
      ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (!fd_) return fail(Errc::io, fmt::format("cannot open {}: {}", path_.string(), why()));
  return {};
}

Result<std::uint64_t> AuditFile::size() const {
  struct stat status {};
  if (::fstat(fd_.get(), &status) == 0) return static_cast<std::uint64_t>(status.st_size);
  return fail(Errc::io, fmt::format("cannot look at {}: {}", path_.string(), why()));
}

Status AuditFile::rotate() {
  const auto numbered = [this](int number) { return fmt::format("{}.{}", path_.string(), number); };
  // None moves further than to the first free name: a rotation that fails again and again must not
  // push the old ones out.
  int last = 1;
  while (last < keep_ && ::access(numbered(last).c_str(), F_OK) == 0) ++last;
  // Whatever cannot be renamed is written over by its successor: the limit holds.
  for (int number = last - 1; number >= 1; --number)
    static_cast<void>(::rename(numbered(number).c_str(), numbered(number + 1).c_str()));
  const auto moved =
      keep_ > 0 ? ::rename(path_.c_str(), numbered(1).c_str()) : ::unlink(path_.c_str());
  if (moved == 0) return {};
  return fail(Errc::io, fmt::format("cannot rotate {}: {}", path_.string(), why()));
}

Status AuditFile::append(std::string_view line) {
  if (!is_still_there()) MUSTER_TRY(reopen());
  MUSTER_ASSIGN(auto before, size());
  if (max_bytes_ > 0 && before > 0 && before + line.size() + 1 > max_bytes_) {
    MUSTER_TRY(rotate());
    MUSTER_TRY(reopen());
    MUSTER_ASSIGN(before, size());
  }
  std::string whole(line);
  whole += '\n';
  const auto wrote = ::write(fd_.get(), whole.data(), whole.size());
  if (wrote == static_cast<ssize_t>(whole.size())) return {};
  const auto reason = wrote < 0 ? why() : std::string("no room left");
  // Half a line would spoil the next one.
  const bool spoilt = wrote > 0 && ::ftruncate(fd_.get(), static_cast<off_t>(before)) != 0;
  fd_.reset();
  return fail(Errc::io, fmt::format("cannot write {}: {}{}", path_.string(), reason,
                                    spoilt ? "; its last line is half a one" : ""));
}

}  // namespace muster::audit
